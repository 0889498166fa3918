package dev.sluice.it.fault;

import dev.sluice.it.fault.Passing.Side;
import dev.sluice.it.fault.Trap.Action;
import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.Pace;
import dev.sluice.it.wire.WriteSizes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Stands between a PostgreSQL server and who connects to it, knows where messages begin, and cuts,
 * holds or divides connections at messages that a test chooses. Blocking sockets on virtual
 * threads.
 */
public final class FaultProxy implements AutoCloseable {
  private final Address target;
  private final ServerSocket listener;
  private final List<Trap> traps = new CopyOnWriteArrayList<>();
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private volatile Division division = new Division(WriteSizes::whole, Pace.none());
  private volatile boolean refusing;

  private FaultProxy(Address target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket();
    listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 4096);
    Thread.ofVirtual().name("fault-proxy").start(this::accept);
  }

  public static FaultProxy to(Address target) {
    try {
      return new FaultProxy(target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Address address() {
    return Address.local(listener.getLocalPort());
  }

  /** How many connections were ever made, cancel requests included. */
  public int accepted() {
    return accepted.get();
  }

  /** How many connections there are now. */
  public int open() {
    return links.size();
  }

  /** While true, every new connection ends before a byte is answered. */
  public void refuse(boolean refuse) {
    refusing = refuse;
  }

  /** How streams are divided from now on, each direction of each connection by its own. */
  public void divide(Supplier<WriteSizes> each, Pace between) {
    division = new Division(each, between);
  }

  record Division(Supplier<WriteSizes> sizes, Pace pace) {}

  /** Ends all connections that exist, with a reset. */
  public void cutAll() {
    links.forEach(Link::cut);
  }

  public Snare on(Predicate<Passing> message) {
    return new Snare(message, 0);
  }

  public Snare onClient(char tag) {
    return on(message -> message.from() == Side.CLIENT && message.tag() == tag);
  }

  /** A Query, Parse or other message of the client that contains the text. */
  public Snare onClient(String text) {
    return on(message -> message.from() == Side.CLIENT && message.contains(text));
  }

  public Snare onServer(char tag) {
    return on(message -> message.from() == Side.SERVER && message.tag() == tag);
  }

  public Snare onServer(char tag, String text) {
    return on(
        message -> message.from() == Side.SERVER && message.tag() == tag && message.contains(text));
  }

  /** Which message; what to do with it is still to be said. */
  public final class Snare {
    private final Predicate<Passing> bait;
    private final int toSpare;

    private Snare(Predicate<Passing> bait, int toSpare) {
      this.bait = bait;
      this.toSpare = toSpare;
    }

    /** Lets so many such messages pass first. */
    public Snare sparing(int messages) {
      return new Snare(bait, messages);
    }

    public Trap cutBefore() {
      return set(new Action.CutBefore());
    }

    public Trap cutAfter() {
      return set(new Action.CutAfter());
    }

    /** So many octets of the message still pass, its header included. */
    public Trap cutWithin(int octets) {
      return set(new Action.CutWithin(octets));
    }

    public Trap hold() {
      return set(new Action.Hold());
    }

    private Trap set(Action action) {
      Trap trap = new Trap(bait, toSpare, action);
      traps.add(trap);
      return trap;
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        int number = accepted.incrementAndGet();
        if (refusing) {
          client.close();
        } else {
          Thread.ofVirtual().start(() -> serve(number, client));
        }
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(int number, Socket client) {
    try (client;
        Socket server = new Socket()) {
      server.connect(new InetSocketAddress(target.host(), target.port()));
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      Link link = new Link(number, client, server, traps, () -> division);
      links.add(link);
      try {
        link.run();
      } finally {
        links.remove(link);
      }
    } catch (IOException e) {
      // The server cannot be reached: closing tells the client so.
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    traps.forEach(Trap::open);
    cutAll();
  }
}
