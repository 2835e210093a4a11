package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
)

// honestServer is quic-go's HTTP/3 server with the endpoints of endpoints.md. It keeps its
// connections so that a test can have them closed with a code of its choice.
type honestServer struct {
	http *http3.Server

	mutex       sync.Mutex
	connections []*quic.Conn // guarded by mutex
}

// runServer listens on a free port, says where, and obeys: shutdown, abort.
func runServer() error {
	certificate, hash, err := newCertificate()
	if err != nil {
		return err
	}
	socket, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return err
	}
	listener, err := quic.Listen(
		socket,
		http3.ConfigureTLSConfig(&tls.Config{Certificates: []tls.Certificate{certificate}}),
		&quic.Config{MaxIncomingStreams: 1000, MaxIdleTimeout: 30 * time.Second, EnableDatagrams: true})
	if err != nil {
		return err
	}
	server := &honestServer{http: &http3.Server{Handler: endpoints(), EnableDatagrams: true}}
	go server.accept(listener)
	fmt.Printf("listening on https://%s certificate-sha256 %s\n", socket.LocalAddr(), hash)
	return obey(server.obey)
}

func (s *honestServer) accept(listener *quic.Listener) {
	for {
		conn, err := listener.Accept(context.Background())
		if err != nil {
			return
		}
		s.mutex.Lock()
		s.connections = append(s.connections, conn)
		s.mutex.Unlock()
		go s.http.ServeQUICConn(conn)
	}
}

func (s *honestServer) obey(cmd string, line []byte) (answer, error) {
	var arguments struct {
		Code   uint64 `json:"code"`
		Reason string `json:"reason"`
		Millis int    `json:"millis"`
	}
	if err := json.Unmarshal(line, &arguments); err != nil {
		return nil, err
	}
	switch cmd {
	case "shutdown": // GOAWAY, then wait for requests in progress, at most that long
		limit := time.Duration(arguments.Millis) * time.Millisecond
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		started := time.Now()
		err := s.http.Shutdown(ctx)
		return answer{"clean": err == nil, "millis": time.Since(started).Milliseconds()}, nil
	case "abort":
		s.mutex.Lock()
		defer s.mutex.Unlock()
		for _, conn := range s.connections {
			conn.CloseWithError(quic.ApplicationErrorCode(arguments.Code), arguments.Reason)
		}
		return answer{"closed": len(s.connections)}, nil
	}
	return nil, fmt.Errorf("unknown command %s", cmd)
}

// methods answers 405 for every other method than those given, and leaves the body out for HEAD.
func methods(handler http.HandlerFunc, allowed ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, method := range allowed {
			if r.Method == method || (r.Method == "HEAD" && method == "GET") {
				handler(w, r)
				return
			}
		}
		for _, method := range allowed {
			w.Header().Add("allow", method)
		}
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}
