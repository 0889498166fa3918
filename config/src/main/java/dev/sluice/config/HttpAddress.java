package dev.sluice.config;

/** Where /metrics, /healthz and /readyz are served. */
public record HttpAddress(
    @Key(absent = "\"127.0.0.1\"", reload = Reload.RESTART, doc = "address of the HTTP endpoints")
        String host,
    @Key(
            absent = "9127",
            max = "65535",
            reload = Reload.RESTART,
            doc = "port of the HTTP endpoints; 0 takes any free one")
        int port) {}
