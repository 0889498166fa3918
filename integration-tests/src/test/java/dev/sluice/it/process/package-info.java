/** Sluice as an operator has it: the distribution's launcher, a process, its output and its end. */
@NullMarked
package dev.sluice.it.process;

import org.jspecify.annotations.NullMarked;
