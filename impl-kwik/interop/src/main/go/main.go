// Command peer is the other side of Heddle's interop suite: quic-go's HTTP/3 as an honest server or
// client, and plain QUIC connections that send whatever bytes a test asks for.
//
// Every mode obeys JSON lines on standard input, answers with JSON lines on standard output, and
// ends when its standard input ends, so that no peer outlives the test that started it.
package main

import (
	"fmt"
	"os"
)

func main() {
	modes := map[string]func() error{
		"server": runServer,
		"client": runClient,
		"raw":    runRaw,
	}
	if len(os.Args) != 2 || modes[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: peer server|client|raw")
		os.Exit(2)
	}
	if err := modes[os.Args[1]](); err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
}
