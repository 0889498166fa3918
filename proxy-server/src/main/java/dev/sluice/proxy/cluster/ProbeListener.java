package dev.sluice.proxy.cluster;

/** Who wants to know what a server answers. All of it is called by the prober, in order. */
public interface ProbeListener {
  /** The question is about to be sent; whatever is noted now was noted before it was sent. */
  void sending();

  /** The server has answered the question that was announced last. */
  void answered(ServerReading reading);

  /** The connection is lost; the server is asked again at once. */
  void lost();

  /** The server does not answer. The connection, if there was one, is lost. */
  void failed(String reason);
}
