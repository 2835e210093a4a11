/**
 * What leaves a connection: frames wait as requests, per level of encryption, and become packets
 * when there is a turn to send.
 *
 * <p>There is no sender thread. Whoever makes something sendable (a writer, the receiving thread
 * after a batch, the timer) takes the {@link tech.kwik.core.send.Turn} and sends all that may
 * leave; who finds it taken leaves a mark, and the one that has it goes round again. Under a turn
 * only leaf locks are taken and nothing blocks, so it can run on any thread.
 */
package tech.kwik.core.send;
