/** The tour, the sample server and the sample client: programs that use the public api only. */
module dev.heddle.samples {
  requires dev.heddle;
  requires java.logging;
}
