package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/quic-go/quic-go"
)

// script is one command of the raw mode: what to do on one QUIC connection, byte by byte.
type script struct {
	Target       string `json:"target"` // host:port, for cmd attack
	SHA256       string `json:"sha256"`
	ALPN         string `json:"alpn"`
	StreamWindow uint64 `json:"streamWindow"` // what the other side may send per stream, 0 for usual
	IdleMillis   int    `json:"idleMillis"`
	AwaitMillis  int    `json:"awaitMillis"` // limit for each await, 8 s if it is 0
	Datagrams    bool   `json:"datagrams"`   // whether QUIC datagrams are announced and received
	Of           string `json:"of"`          // the listen command that a report is about
	Steps        []step `json:"steps"`
}

// rawPeer plays scripts on connections that it makes (attack) or takes (listen, then report).
type rawPeer struct {
	certificate tls.Certificate
	sha256      string

	mutex sync.Mutex
	lures map[string]*lure // guarded by mutex
}

// lure is one listening socket; its first connection gets the script.
type lure struct {
	listener *quic.Listener
	socket   net.PacketConn
	outcome  chan answer
}

// maxScriptTime bounds a whole script, whatever its steps say.
const maxScriptTime = 60 * time.Second

func runRaw() error {
	certificate, hash, err := newCertificate()
	if err != nil {
		return err
	}
	peer := &rawPeer{certificate: certificate, sha256: hash, lures: map[string]*lure{}}
	return obey(peer.obey)
}

func (p *rawPeer) obey(cmd string, line []byte) (answer, error) {
	var s script
	var c command
	if err := errors.Join(json.Unmarshal(line, &s), json.Unmarshal(line, &c)); err != nil {
		return nil, err
	}
	if s.ALPN == "" {
		s.ALPN = "h3"
	}
	ctx, cancel := context.WithTimeout(context.Background(), maxScriptTime)
	switch cmd {
	case "attack":
		defer cancel()
		conn, err := quic.DialAddr(ctx, s.Target, clientTLS(s.SHA256, s.ALPN), s.config())
		if err != nil {
			return answer{"connection": connectionAnswer(err)}, nil
		}
		return play(ctx, conn, s), nil
	case "listen":
		l, err := p.listen(c.ID, s)
		if err != nil {
			cancel()
			return nil, err
		}
		go func() {
			defer cancel()
			l.serve(ctx, s)
		}()
		return answer{"address": l.socket.LocalAddr().String(), "sha256": p.sha256}, nil
	case "report":
		defer cancel()
		return p.report(ctx, s.Of)
	}
	cancel()
	return nil, fmt.Errorf("unknown command %s", cmd)
}

func (p *rawPeer) listen(id string, s script) (*lure, error) {
	socket, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, err
	}
	listener, err := quic.Listen(socket, &tls.Config{
		Certificates: []tls.Certificate{p.certificate}, NextProtos: []string{s.ALPN},
	}, s.config())
	if err != nil {
		socket.Close()
		return nil, err
	}
	l := &lure{listener: listener, socket: socket, outcome: make(chan answer, 1)}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.lures[id] = l
	return l, nil
}

func (l *lure) serve(ctx context.Context, s script) {
	defer l.socket.Close()
	defer l.listener.Close()
	conn, err := l.listener.Accept(ctx)
	if err != nil {
		l.outcome <- answer{"connection": connectionAnswer(err)}
		return
	}
	l.outcome <- play(ctx, conn, s)
}

// report waits for the end of a listen script and tells what happened.
func (p *rawPeer) report(ctx context.Context, id string) (answer, error) {
	p.mutex.Lock()
	l := p.lures[id]
	delete(p.lures, id)
	p.mutex.Unlock()
	if l == nil {
		return nil, fmt.Errorf("no listen command has the id %s", id)
	}
	select {
	case outcome := <-l.outcome:
		return outcome, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s script) config() *quic.Config {
	config := &quic.Config{
		MaxIdleTimeout:       20 * time.Second,
		HandshakeIdleTimeout: 5 * time.Second,
		MaxIncomingStreams:   1000,
		EnableDatagrams:      s.Datagrams,
	}
	if s.IdleMillis > 0 {
		config.MaxIdleTimeout = time.Duration(s.IdleMillis) * time.Millisecond
	}
	if s.StreamWindow > 0 {
		config.InitialStreamReceiveWindow = s.StreamWindow
		config.MaxStreamReceiveWindow = s.StreamWindow
	}
	return config
}

// connectionAnswer says how a connection ended: who, in which layer, code and reason.
func connectionAnswer(err error) answer {
	var application *quic.ApplicationError
	var transport *quic.TransportError
	var idle *quic.IdleTimeoutError
	switch {
	case errors.As(err, &application):
		return answer{"state": "application", "remote": application.Remote,
			"code": uint64(application.ErrorCode), "reason": application.ErrorMessage}
	case errors.As(err, &transport):
		return answer{"state": "transport", "remote": transport.Remote,
			"code": uint64(transport.ErrorCode), "reason": transport.ErrorMessage}
	case errors.As(err, &idle):
		return answer{"state": "idle"}
	}
	return answer{"state": "failed", "reason": err.Error()}
}
