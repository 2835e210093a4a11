package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync"
)

// maxCommandBytes bounds one line of input; the largest scripts carry some megabytes of hex.
const maxCommandBytes = 64 << 20

// answer is what a command is answered with; obey adds the command's id.
type answer map[string]any

// command is the part of every input line that all modes share.
type command struct {
	ID  string `json:"id"`
	Cmd string `json:"cmd"`
}

var output sync.Mutex

// say prints one JSON line. Any goroutine may call it.
func say(a answer) {
	line, err := json.Marshal(a)
	if err != nil {
		line, _ = json.Marshal(answer{"id": a["id"], "failure": err.Error()})
	}
	output.Lock()
	defer output.Unlock()
	os.Stdout.Write(append(line, '\n'))
}

// obey runs every command of standard input in a goroutine of its own until the input ends.
func obey(run func(cmd string, line []byte) (answer, error)) error {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<16), maxCommandBytes)
	for in.Scan() {
		line := append([]byte(nil), in.Bytes()...)
		var c command
		if err := json.Unmarshal(line, &c); err != nil {
			return fmt.Errorf("not a command: %s: %w", line, err)
		}
		go func() {
			a, err := run(c.Cmd, line)
			if a == nil {
				a = answer{}
			}
			if err != nil {
				a["failure"] = err.Error()
			}
			a["id"] = c.ID
			say(a)
		}()
	}
	return in.Err()
}
