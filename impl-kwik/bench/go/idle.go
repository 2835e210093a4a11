package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
)

const firstConnections = 100

// What idle connections cost. The server is this process, the clients are another, so that each
// side's memory is seen by itself. What the first connections cost once is not counted.
func idle(most int, limit time.Duration) (measured, error) {
	h, err := open(idleConfig())
	if err != nil {
		return measured{}, err
	}
	defer h.close()
	_, port, err := net.SplitHostPort(h.socket.LocalAddr().String())
	if err != nil {
		return measured{}, err
	}
	clients, err := startClients(port, hex.EncodeToString(h.pin[:]))
	if err != nil {
		return measured{}, err
	}
	defer clients.close()
	first, err := clients.ask("open %d %d", firstConnections, limit.Milliseconds())
	if err != nil {
		return measured{}, err
	}
	if _, err := clients.ask("before"); err != nil {
		return measured{}, err
	}
	before := usedBytes()
	start := time.Now()
	opened, err := clients.ask("open %d %d", most, limit.Milliseconds())
	if err != nil {
		return measured{}, err
	}
	elapsed := time.Since(start)
	time.Sleep(time.Second)
	clientBytes, err := clients.ask("after")
	if err != nil {
		return measured{}, err
	}
	serverBytes := max(1, usedBytes()-before)
	alive, err := clients.ask("again")
	if err == nil && alive != first+opened {
		err = fmt.Errorf("of %d connections %d were still there", first+opened, alive)
	}
	return measured{units: opened, elapsed: elapsed, serverBytes: serverBytes, clientBytes: clientBytes}, err
}

func idleConfig() *quic.Config {
	config := defaults()
	config.MaxIdleTimeout = 5 * time.Minute
	return config
}

// The heap after collection, and the stacks of goroutines, which in Java are part of the heap.
func usedBytes() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc + stats.StackInuse)
}

type clientProcess struct {
	process *exec.Cmd
	out     *bufio.Scanner
	in      interface {
		Write([]byte) (int, error)
		Close() error
	}
}

func startClients(port, pin string) (*clientProcess, error) {
	process := exec.Command(os.Args[0], "idle-clients", port, pin)
	process.Stderr = os.Stderr
	in, err := process.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &clientProcess{process, bufio.NewScanner(out), in}, process.Start()
}

func (p *clientProcess) ask(format string, values ...any) (int64, error) {
	if _, err := fmt.Fprintf(p.in, format+"\n", values...); err != nil {
		return 0, err
	}
	if !p.out.Scan() {
		return 0, fmt.Errorf("the process with the clients ended")
	}
	n, err := strconv.ParseInt(p.out.Text(), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("clients: %s", p.out.Text())
	}
	return n, nil
}

func (p *clientProcess) close() {
	p.in.Close()
	p.process.Wait()
}

// The process with the clients: its commands are open, before, after and again.
func idleClients(port, pin string) {
	origin := "https://127.0.0.1:" + port
	bytes, err := hex.DecodeString(pin)
	if err != nil || len(bytes) != 32 {
		fmt.Println("failed: not a hash", pin)
		return
	}
	var clients []*http.Client
	var before int64
	commands := bufio.NewScanner(os.Stdin)
	for commands.Scan() {
		words := strings.Fields(commands.Text())
		var answer int64
		var err error
		switch {
		case words[0] == "open" && len(words) == 3:
			most, _ := strconv.Atoi(words[1])
			millis, _ := strconv.Atoi(words[2])
			end := time.Now().Add(time.Duration(millis) * time.Millisecond)
			for ; answer < int64(most) && time.Now().Before(end) && err == nil; answer++ {
				client := &http.Client{Transport: transport([32]byte(bytes), idleConfig())}
				clients = append(clients, client)
				err = getSmall(client, origin)
			}
		case words[0] == "before":
			before = usedBytes()
		case words[0] == "after":
			answer = max(1, usedBytes()-before)
		case words[0] == "again":
			for _, client := range clients {
				if err = getSmall(client, origin); err != nil {
					break
				}
				answer++
			}
		default:
			err = fmt.Errorf("unknown command")
		}
		if err != nil {
			fmt.Println("failed", err)
		} else {
			fmt.Println(answer)
		}
	}
	for _, client := range clients {
		client.Transport.(*http3.Transport).Close()
	}
}
