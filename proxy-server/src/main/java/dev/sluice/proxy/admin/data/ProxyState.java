package dev.sluice.proxy.admin.data;

/** Whether the proxy as a whole hands out backends. */
public enum ProxyState {
  ACTIVE,
  PAUSED
}
