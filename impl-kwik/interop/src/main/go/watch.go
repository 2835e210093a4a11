package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/quic-go/quic-go"
)

// keptDatagrams is how many datagrams are kept to be looked into.
const keptDatagrams = 1000

// keptPerStream is how much of a stream is kept to be looked into; the rest is only counted.
const keptPerStream = 1 << 18

// seen is what was seen on one stream. All of it is guarded by the watch's mutex.
type seen struct {
	bytes   []byte
	total   int64
	fin     bool
	reset   *uint64  // the code of the peer's RESET_STREAM
	stopped *uint64  // the code of the peer's STOP_SENDING
	packets []string // datagrams in hexadecimal digits, under the name datagrams
	source  receiver
}

type receiver interface {
	io.Reader
	CancelRead(quic.StreamErrorCode)
}

// watch sees everything that the other side does on one connection.
type watch struct {
	conn *quic.Conn

	mutex   sync.Mutex
	streams map[string]*seen // guarded by mutex
	changed chan struct{}    // guarded by mutex; closed and replaced at every change
	readers sync.WaitGroup
}

func newWatch(conn *quic.Conn, datagrams bool) *watch {
	w := &watch{conn: conn, streams: map[string]*seen{}, changed: make(chan struct{})}
	go w.acceptUnidirectional()
	if datagrams {
		go w.receiveDatagrams()
	}
	return w
}

func (w *watch) receiveDatagrams() {
	for {
		datagram, err := w.conn.ReceiveDatagram(context.Background())
		if err != nil {
			return
		}
		w.update("datagrams", func(s *seen) {
			s.total++
			if len(s.packets) < keptDatagrams {
				s.packets = append(s.packets, hex.EncodeToString(datagram))
			}
		})
	}
}

// update changes what was seen of a stream and wakes those who wait.
func (w *watch) update(name string, change func(*seen)) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.streams[name] == nil {
		w.streams[name] = &seen{}
	}
	change(w.streams[name])
	close(w.changed)
	w.changed = make(chan struct{})
}

// sending watches for a STOP_SENDING, which ends the context of the stream's sending side.
func (w *watch) sending(name string, stream context.Context) {
	w.update(name, func(*seen) {})
	go func() {
		<-stream.Done()
		var stop *quic.StreamError
		if errors.As(context.Cause(stream), &stop) && stop.Remote {
			code := uint64(stop.ErrorCode)
			w.update(name, func(s *seen) { s.stopped = &code })
		}
	}()
}

// receiving reads a stream to its end.
func (w *watch) receiving(name string, stream receiver) {
	w.update(name, func(s *seen) { s.source = stream })
	w.readers.Go(func() { w.read(name, stream) })
}

func (w *watch) read(name string, stream receiver) {
	buffer := make([]byte, 1<<15)
	for {
		n, err := stream.Read(buffer)
		w.update(name, func(s *seen) {
			s.total += int64(n)
			s.bytes = append(s.bytes, buffer[:min(n, keptPerStream-len(s.bytes))]...)
			var reset *quic.StreamError
			if errors.As(err, &reset) && reset.Remote {
				code := uint64(reset.ErrorCode)
				s.reset = &code
			}
			s.fin = err == io.EOF
		})
		if err != nil {
			return
		}
	}
}

// acceptUnidirectional names the other side's streams after their type: peer-0 is its control
// stream. A second one of a type gets a mark, as a peer that opens two is a find.
func (w *watch) acceptUnidirectional() {
	for {
		stream, err := w.conn.AcceptUniStream(context.Background())
		if err != nil {
			return
		}
		w.readers.Go(func() {
			kind, err := readVarint(stream)
			if err != nil {
				return
			}
			name := fmt.Sprintf("peer-%d", kind)
			w.mutex.Lock()
			if w.streams[name] != nil {
				name += "-again"
			}
			w.mutex.Unlock()
			w.update(name, func(s *seen) { s.source = stream })
			w.read(name, stream)
		})
	}
}

func (w *watch) stop(name string, code quic.StreamErrorCode) error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	s := w.streams[name]
	if s == nil || s.source == nil {
		return errors.New("no such stream")
	}
	s.source.CancelRead(code)
	return nil
}

// await waits until that has been seen; the end of the connection ends the wait without an error.
func (w *watch) await(ctx context.Context, s step) error {
	for {
		w.mutex.Lock()
		stream, changed := w.streams[s.Name], w.changed
		done := stream != nil && stream.has(s)
		w.mutex.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-w.conn.Context().Done():
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *seen) has(what step) bool {
	switch what.For {
	case "end":
		return s.fin || s.reset != nil
	case "stop":
		return s.stopped != nil
	case "bytes", "datagrams":
		return s.total >= what.Value
	case "frame":
		for _, f := range frames(s.bytes) {
			if int64(f.kind) == what.Value && f.whole {
				return true
			}
		}
	}
	return false
}

// report tells how the connection stands and what came on each named stream. When the connection
// has ended, readers get a moment to notice what came just before.
func (w *watch) report() answer {
	connection := answer{"state": "open"}
	if w.conn.Context().Err() != nil {
		connection = connectionAnswer(context.Cause(w.conn.Context()))
		over := make(chan struct{})
		go func() { w.readers.Wait(); close(over) }()
		select {
		case <-over:
		case <-time.After(time.Second):
		}
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	streams, resets := map[string]answer{}, map[string]int{}
	for name, s := range w.streams {
		if s.reset != nil {
			resets[fmt.Sprint(*s.reset)]++
		}
		if strings.HasPrefix(name, "#") {
			continue
		}
		if name == "datagrams" {
			streams[name] = answer{"total": s.total, "packets": s.packets}
			continue
		}
		a := answer{"total": s.total, "fin": s.fin, "frames": frameAnswers(s.bytes)}
		a["hex"] = hex.EncodeToString(s.bytes[:min(len(s.bytes), 4096)])
		if s.reset != nil {
			a["reset"] = *s.reset
		}
		if s.stopped != nil {
			a["stopped"] = *s.stopped
		}
		streams[name] = a
	}
	return answer{"connection": connection, "streams": streams, "resets": resets}
}
