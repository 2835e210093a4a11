// The quic-go column: client and server in one process, commanded like dev.heddle.bench.Worker.
//
//	echo IN-FLIGHT WARM-UP COUNT MILLIS
//	datagrams IN-FLIGHT BYTES CONTEXTS WARM-UP COUNT MILLIS
//	upload BYTES MILLIS
//	download BYTES MILLIS
//
// Each command runs on a new connection and is answered with one line.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	commands := bufio.NewScanner(os.Stdin)
	for commands.Scan() {
		m, err := run(strings.Fields(commands.Text()))
		if err != nil {
			fmt.Println("failed", strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Println("ok", m.units, m.elapsed.Nanoseconds(), m.median.Nanoseconds(), m.p99.Nanoseconds())
		}
	}
}

type measured struct {
	units                int64
	elapsed, median, p99 time.Duration
}

func run(command []string) (measured, error) {
	numbers := make([]int64, 0, 4)
	for _, word := range command[1:] {
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return measured{}, err
		}
		numbers = append(numbers, n)
	}
	h, err := open()
	if err != nil {
		return measured{}, err
	}
	defer h.close()
	switch {
	case command[0] == "echo" && len(numbers) == 4:
		limit := time.Duration(numbers[3]) * time.Millisecond
		if numbers[1] > 0 {
			if _, err := h.echo(int(numbers[0]), int(numbers[1]), limit); err != nil {
				return measured{}, err
			}
		}
		return h.echo(int(numbers[0]), int(numbers[2]), limit)
	case command[0] == "datagrams" && len(numbers) == 6:
		limit := time.Duration(numbers[5]) * time.Millisecond
		if numbers[3] > 0 {
			if _, err := h.datagrams(int(numbers[0]), int(numbers[1]), int(numbers[3]), limit); err != nil {
				return measured{}, err
			}
		}
		return h.datagrams(int(numbers[0]), int(numbers[1]), int(numbers[4]), limit)
	case command[0] == "upload" && len(numbers) == 2:
		return h.upload(numbers[0], time.Duration(numbers[1])*time.Millisecond)
	case command[0] == "download" && len(numbers) == 2:
		return h.download(numbers[0], time.Duration(numbers[1])*time.Millisecond)
	}
	return measured{}, fmt.Errorf("unknown command %v", command)
}
