// The quic-go column: client and server in one process, commanded like dev.heddle.bench.Worker.
//
//	echo IN-FLIGHT WARM-UP COUNT MILLIS
//	datagrams IN-FLIGHT BYTES CONTEXTS WARM-UP COUNT MILLIS
//	upload BYTES MILLIS
//	download BYTES MILLIS
//	connect IN-FLIGHT WARM-UP COUNT MILLIS
//	idle COUNT MILLIS
//	relayed BYTES MILLIS WINDOW
//
// Each command runs on a new connection and is answered with one line; relayed first with the
// server's port, whereupon it reads the relay's port. With "idle-clients PORT HASH" as arguments,
// the program is the other side of idle.
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	if len(os.Args) == 4 && os.Args[1] == "idle-clients" {
		idleClients(os.Args[2], os.Args[3])
		return
	}
	commands := bufio.NewScanner(os.Stdin)
	for commands.Scan() {
		m, err := run(strings.Fields(commands.Text()), commands)
		if err != nil {
			fmt.Println("failed", strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Println(m)
		}
	}
}

type measured struct {
	units                    int64
	elapsed, median, p99     time.Duration
	serverBytes, clientBytes int64
}

func (m measured) String() string {
	line := fmt.Sprintln("ok", m.units, m.elapsed.Nanoseconds(), m.median.Nanoseconds(), m.p99.Nanoseconds())
	line = strings.TrimSuffix(line, "\n")
	if m.serverBytes != 0 || m.clientBytes != 0 {
		line += fmt.Sprintf(" %d %d", m.serverBytes, m.clientBytes)
	}
	return line
}

func run(command []string, commands *bufio.Scanner) (measured, error) {
	numbers := make([]int64, 0, 4)
	for _, word := range command[1:] {
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return measured{}, err
		}
		numbers = append(numbers, n)
	}
	if command[0] == "idle" && len(numbers) == 2 {
		return idle(int(numbers[0]), time.Duration(numbers[1])*time.Millisecond)
	}
	h, err := openAs(command[0], numbers)
	if err != nil {
		return measured{}, err
	}
	defer h.close()
	if command[0] == "relayed" {
		if err := h.throughRelay(commands); err != nil {
			return measured{}, err
		}
		return h.upload(numbers[0], time.Duration(numbers[1])*time.Millisecond)
	}
	switch {
	case command[0] == "echo" && len(numbers) == 4:
		limit := time.Duration(numbers[3]) * time.Millisecond
		if numbers[1] > 0 {
			if _, err := h.echo(int(numbers[0]), int(numbers[1]), limit); err != nil {
				return measured{}, err
			}
		}
		return h.echo(int(numbers[0]), int(numbers[2]), limit)
	case command[0] == "connect" && len(numbers) == 4:
		limit := time.Duration(numbers[3]) * time.Millisecond
		if _, err := h.connects(int(numbers[0]), int(numbers[1]), limit); err != nil {
			return measured{}, err
		}
		return h.connects(int(numbers[0]), int(numbers[2]), limit)
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

func openAs(command string, numbers []int64) (*harness, error) {
	if command != "relayed" {
		return open(defaults())
	}
	if len(numbers) != 3 {
		return nil, fmt.Errorf("relayed needs three numbers")
	}
	config := defaults()
	window := uint64(numbers[2])
	config.InitialStreamReceiveWindow, config.MaxStreamReceiveWindow = window, window
	config.InitialConnectionReceiveWindow, config.MaxConnectionReceiveWindow = 2*window, 2*window
	return open(config)
}

// Says where the server is, reads where the relay is, and connects through it.
func (h *harness) throughRelay(commands *bufio.Scanner) error {
	_, port, err := net.SplitHostPort(h.socket.LocalAddr().String())
	if err != nil {
		return err
	}
	fmt.Println("port", port)
	if !commands.Scan() {
		return fmt.Errorf("no relay's port")
	}
	h.origin = "https://127.0.0.1:" + strings.TrimSpace(commands.Text())
	return h.warm()
}
