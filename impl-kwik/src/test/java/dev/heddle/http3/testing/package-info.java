/** What tests of several packages share. */
package dev.heddle.http3.testing;
