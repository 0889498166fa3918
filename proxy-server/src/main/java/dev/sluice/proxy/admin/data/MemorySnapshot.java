package dev.sluice.proxy.admin.data;

/**
 * One kind of allocation.
 *
 * @param size bytes of one item
 * @param used items in use
 * @param free items kept for use
 * @param totalBytes held by items of both kinds
 */
public record MemorySnapshot(String name, long size, long used, long free, long totalBytes) {}
