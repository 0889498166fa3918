package dev.sluice.it.property;

/**
 * A client does a piece of a step.
 *
 * @param client its index in the scenario
 * @param piece index; a step has its pieces in this order, with turns of others between them
 */
record Turn(int client, Step step, int piece) {}
