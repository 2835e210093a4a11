/**
 * Events for the JDK Flight Recorder, in the category Heddle.
 *
 * <p>May import {@code jdk.jfr}. No threads of its own: events are committed on the thread on which
 * things happen, and cost a test of a flag where nobody records.
 */
package dev.heddle.http3.diag;
