package dev.sluice.config;

/** Which of the operating system's interfaces moves the bytes. */
public enum TransportKind implements Worded {
  AUTO("auto"),
  EPOLL("epoll"),
  IO_URING("io_uring"),
  NIO("nio");

  private final String word;

  TransportKind(String word) {
    this.word = word;
  }

  @Override
  public String word() {
    return word;
  }
}
