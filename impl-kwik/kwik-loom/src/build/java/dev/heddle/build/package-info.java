/** Run by the build, on one thread: what it does to the stock classes of kwik. Nothing ships. */
package dev.heddle.build;
