/**
 * What a transport provides so that {@link dev.heddle.Http3Server} and {@link
 * dev.heddle.Http3Client} find it. Programs that only use Heddle need nothing from here.
 */
package dev.heddle.spi;
