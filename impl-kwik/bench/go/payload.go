package main

import (
	"fmt"
	"io"
	"time"
)

// The bytes of a transfer are those of dev.heddle.bench.load.Payload: byte i is i mod 251.
const (
	period     = 251
	chunkBytes = 256 * period
)

var chunk = func() []byte {
	bytes := make([]byte, chunkBytes+period)
	for i := range bytes {
		bytes[i] = byte(i % period)
	}
	return bytes
}()

// The body of a transfer, until it is whole or the deadline has passed.
type payload struct {
	total, sent int64
	deadline    time.Time
}

func (p *payload) Read(into []byte) (int, error) {
	if p.sent == p.total || time.Now().After(p.deadline) {
		return 0, io.EOF
	}
	into = into[:min(int64(len(into)), p.total-p.sent)]
	n := copy(into, chunk[p.sent%period:])
	p.sent += int64(n)
	return n, nil
}

// Counts and checks a body until it ends or the deadline has passed.
func count(body io.Reader, deadline time.Time) (int64, error) {
	buffer := make([]byte, chunkBytes)
	var total int64
	for {
		n, err := body.Read(buffer)
		if n > 0 {
			last := total + int64(n) - 1
			if buffer[0] != byte(total%period) || buffer[n-1] != byte(last%period) {
				return total, fmt.Errorf("wrong bytes at %d, length %d", total, n)
			}
			total += int64(n)
		}
		if err == io.EOF || (err == nil && time.Now().After(deadline)) {
			return total, nil
		}
		if err != nil {
			return total, err
		}
	}
}

func readSmall(body io.Reader, length int64) ([]byte, error) {
	if length < 0 || length > chunkBytes {
		return io.ReadAll(body)
	}
	bytes := make([]byte, length)
	if _, err := io.ReadFull(body, bytes); err != nil {
		return nil, err
	}
	if n, err := body.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		return nil, fmt.Errorf("more than %d bytes, or %v", length, err)
	}
	return bytes, nil
}
