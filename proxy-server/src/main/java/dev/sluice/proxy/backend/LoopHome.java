package dev.sluice.proxy.backend;

import io.netty.channel.EventLoop;

/**
 * Where a backend lives.
 *
 * @param index the event loop's number
 * @param counters of that loop
 */
record LoopHome(EventLoop eventLoop, int index, BackendCounters counters) {}
