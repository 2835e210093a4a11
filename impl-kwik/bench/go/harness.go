package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
)

// A server and a client on loopback.
type harness struct {
	socket    net.PacketConn
	server    *http3.Server
	transport *http3.Transport
	client    *http.Client
	origin    string
	// SHA-256 of the server's certificate.
	pin [sha256.Size]byte
}

func defaults() *quic.Config {
	return &quic.Config{MaxIncomingStreams: 256, MaxIdleTimeout: 30 * time.Second, EnableDatagrams: true}
}

func open(config *quic.Config) (*harness, error) {
	certificate, err := selfSigned()
	if err != nil {
		return nil, err
	}
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http3.Server{
		Handler:    handler(),
		TLSConfig:  http3.ConfigureTLSConfig(&tls.Config{Certificates: []tls.Certificate{certificate}}),
		QUICConfig: config,
		// Announced on every connection, as Heddle does.
		EnableDatagrams: true,
	}
	go server.Serve(socket)
	pin := sha256.Sum256(certificate.Certificate[0])
	transport := transport(pin, config)
	return &harness{
		socket:    socket,
		server:    server,
		transport: transport,
		client:    &http.Client{Transport: transport},
		origin:    "https://" + socket.LocalAddr().String(),
		pin:       pin,
	}, nil
}

// A client with a socket of its own. Its trust is in one certificate, as Heddle's is.
func transport(pin [sha256.Size]byte, config *quic.Config) *http3.Transport {
	return &http3.Transport{
		TLSClientConfig: &tls.Config{
			InsecureSkipVerify: true, // in favour of the comparison that follows
			VerifyPeerCertificate: func(chain [][]byte, _ [][]*x509.Certificate) error {
				if len(chain) == 0 || sha256.Sum256(chain[0]) != pin {
					return errors.New("not the certificate that is trusted")
				}
				return nil
			},
		},
		QUICConfig:         config,
		DisableCompression: true,
		EnableDatagrams:    true,
	}
}

func (h *harness) close() {
	h.transport.Close()
	h.server.Close()
	h.socket.Close()
}

func handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		body, err := readSmall(r.Body, r.ContentLength)
		if err != nil {
			return
		}
		w.Header().Set("content-type", "application/octet-stream")
		w.Header().Set("content-length", strconv.Itoa(len(body)))
		w.Write(body)
	})
	mux.HandleFunc("/datagrams", echoDatagrams)
	mux.HandleFunc("/sink", func(w http.ResponseWriter, r *http.Request) {
		count, err := count(r.Body, never())
		if err == nil {
			w.Write([]byte(strconv.FormatInt(count, 10)))
		}
	})
	mux.HandleFunc("/bytes", func(w http.ResponseWriter, r *http.Request) {
		total, err := strconv.ParseInt(r.URL.Query().Get("n"), 10, 64)
		if err != nil {
			return
		}
		body := &payload{total: total, deadline: never()}
		buffer := make([]byte, chunkBytes)
		for {
			n, err := body.Read(buffer)
			if err != nil {
				return
			}
			if _, err := w.Write(buffer[:n]); err != nil {
				return
			}
		}
	})
	return mux
}

func never() time.Time {
	return time.Now().Add(time.Hour)
}

func selfSigned() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

func (h *harness) request(method, path string) (*http.Request, error) {
	return http.NewRequestWithContext(context.Background(), method, h.origin+path, nil)
}
