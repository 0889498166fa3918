package dev.sluice.proxy.admin;

/** How a value is written, with the code that Bind and RowDescription use for it. */
enum WireFormat {
  TEXT(0),
  BINARY(1);

  private final int code;

  WireFormat(int code) {
    this.code = code;
  }

  short code() {
    return (short) code;
  }
}
