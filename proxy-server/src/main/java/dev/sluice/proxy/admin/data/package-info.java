/** What the console reads of the running proxy: one interface and the immutable rows it gives. */
@NullMarked
package dev.sluice.proxy.admin.data;

import org.jspecify.annotations.NullMarked;
