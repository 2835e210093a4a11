/** What the command lines of the sample server and client share. Imports java.base only. */
package dev.heddle.samples.cli;
