package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/quic-go/quic-go"
)

// step is one thing to do. Streams have names; a step without a name uses a stream once.
type step struct {
	Op     string `json:"op"`
	Name   string `json:"name"`
	Hex    string `json:"hex"`
	Times  int    `json:"times"` // how often hex is sent, or steps are done; 0 is once
	Fin    bool   `json:"fin"`
	Code   uint64 `json:"code"`
	Reason string `json:"reason"`
	For    string `json:"for"`   // what await waits for: end, stop, bytes, frame, datagrams, close
	Value  int64  `json:"value"` // so many bytes, that frame type, or milliseconds
	Steps  []step `json:"steps"`
}

// player does the steps of one script on one connection.
type player struct {
	conn    *quic.Conn
	watch   *watch
	out     map[string]outgoing
	await   time.Duration
	notes   []string // awaited in vain, or failed: the report repeats them
	counter int
}

// outgoing is the sending side of a stream of either kind.
type outgoing interface {
	Write([]byte) (int, error)
	Close() error
	CancelWrite(quic.StreamErrorCode)
	SetWriteDeadline(time.Time) error
	Context() context.Context
}

// play does the steps, closes the connection, and tells everything that was seen.
func play(ctx context.Context, conn *quic.Conn, s script) answer {
	p := &player{conn: conn, watch: newWatch(conn, s.Datagrams), out: map[string]outgoing{}, await: 8 * time.Second}
	if s.AwaitMillis > 0 {
		p.await = time.Duration(s.AwaitMillis) * time.Millisecond
	}
	p.all(ctx, s.Steps)
	a := p.watch.report()
	a["notes"] = append([]string{}, p.notes...)
	conn.CloseWithError(0x100, "")
	return a
}

// all does steps until one fails because the connection is gone; what follows has no meaning then.
func (p *player) all(ctx context.Context, steps []step) bool {
	for _, s := range steps {
		limited, cancel := context.WithTimeout(ctx, p.await)
		err := p.do(limited, s)
		cancel()
		var ended *quic.ApplicationError
		if errors.As(err, &ended) { // a call may be told before the connection's context is
			select {
			case <-p.conn.Context().Done():
			case <-ctx.Done():
			}
		}
		if p.conn.Context().Err() != nil {
			return false // the report says how it ended; a write that it cut short is no news
		}
		if err != nil {
			p.notes = append(p.notes, fmt.Sprintf("%s %s %s: %v", s.Op, s.Name, s.For, err))
		}
	}
	return true
}

func (p *player) do(ctx context.Context, s step) error {
	switch s.Op {
	case "uni":
		stream, err := p.conn.OpenUniStreamSync(ctx)
		if err != nil {
			return err
		}
		name := p.name(s)
		p.out[name] = stream
		p.watch.sending(name, stream.Context())
		return p.send(name, s)
	case "bidiIfCredit":
		if stream, err := p.conn.OpenStream(); err == nil {
			p.out[s.Name] = stream
			p.watch.receiving(s.Name, stream)
			return p.send(s.Name, s)
		}
		return nil
	case "bidi", "accept":
		stream, err := p.bidirectional(ctx, s.Op)
		if err != nil {
			return err
		}
		name := p.name(s)
		p.out[name] = stream
		p.watch.sending(name, stream.Context())
		p.watch.receiving(name, stream)
		return p.send(name, s)
	case "write":
		return p.send(s.Name, s)
	case "datagram":
		return p.sendDatagram(s)
	case "reset":
		return p.on(s.Name, func(o outgoing) error { o.CancelWrite(quic.StreamErrorCode(s.Code)); return nil })
	case "stop":
		return p.watch.stop(s.Name, quic.StreamErrorCode(s.Code))
	case "await":
		return p.watch.await(ctx, s)
	case "tell": // the test waits for a line with this id
		say(answer{"id": s.Name})
		return nil
	case "pause":
		return pause(ctx, time.Duration(s.Value)*time.Millisecond)
	case "repeat":
		return p.repeat(ctx, s)
	case "close":
		return p.conn.CloseWithError(quic.ApplicationErrorCode(s.Code), s.Reason)
	}
	return fmt.Errorf("unknown step")
}

func (p *player) bidirectional(ctx context.Context, op string) (*quic.Stream, error) {
	if op == "accept" {
		return p.conn.AcceptStream(ctx)
	}
	return p.conn.OpenStreamSync(ctx)
}

// repeat does its steps so often, in one go: the limit of an await counts for each round.
func (p *player) repeat(ctx context.Context, s step) error {
	for range s.Times {
		for _, inner := range s.Steps {
			limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.await)
			err := p.do(limited, inner)
			cancel()
			if err != nil || p.conn.Context().Err() != nil {
				return err
			}
		}
	}
	return nil
}

// name is the step's stream name, or one that no other stream has.
func (p *player) name(s step) string {
	if s.Name != "" {
		return s.Name
	}
	p.counter++
	return fmt.Sprintf("#%d", p.counter)
}

func (p *player) send(name string, s step) error {
	bytes, err := hex.DecodeString(s.Hex)
	if err != nil {
		return err
	}
	return p.on(name, func(o outgoing) error {
		o.SetWriteDeadline(time.Now().Add(p.await))
		for range max(1, s.Times) {
			if len(bytes) == 0 {
				break
			}
			if _, err := o.Write(bytes); stopped(err) {
				return nil
			} else if err != nil {
				return err
			}
		}
		if s.Fin {
			if err := o.Close(); o.Context().Err() == nil {
				return err
			} // else the other side has asked to stop meanwhile; the report has its code
		}
		return nil
	})
}

// sendDatagram sends hex in QUIC datagrams, so often.
func (p *player) sendDatagram(s step) error {
	bytes, err := hex.DecodeString(s.Hex)
	if err != nil {
		return err
	}
	for range max(1, s.Times) {
		if err := p.conn.SendDatagram(bytes); err != nil {
			return err
		}
	}
	return nil
}

// stopped says whether a write failed because the other side asked to stop; the report has its code.
func stopped(err error) bool {
	var stop *quic.StreamError
	return errors.As(err, &stop) && stop.Remote
}

func (p *player) on(name string, what func(outgoing) error) error {
	o := p.out[name]
	if o == nil {
		return fmt.Errorf("no such stream")
	}
	return what(o)
}

func pause(ctx context.Context, span time.Duration) error {
	select {
	case <-time.After(span):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
