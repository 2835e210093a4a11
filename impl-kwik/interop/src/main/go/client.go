package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
)

// honestClient is quic-go's HTTP/3 client. Requests that name the same connection share one.
type honestClient struct {
	mutex      sync.Mutex
	transports map[string]*http3.Transport // guarded by mutex
}

// runClient obeys: request, many, datagrams, close.
func runClient() error {
	client := &honestClient{transports: map[string]*http3.Transport{}}
	return obey(client.obey)
}

func (c *honestClient) obey(cmd string, line []byte) (answer, error) {
	var r request
	if err := json.Unmarshal(line, &r); err != nil {
		return nil, err
	}
	switch cmd {
	case "request":
		return r.run(c.transport(r)), nil
	case "many":
		return many(r, c.transport(r)), nil
	case "datagrams":
		return exchangeDatagrams(line)
	case "close":
		return nil, c.close(r.Connection)
	}
	return nil, fmt.Errorf("unknown command %s", cmd)
}

func (c *honestClient) transport(r request) *http3.Transport {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	transport := c.transports[r.Connection]
	if transport == nil {
		transport = &http3.Transport{
			TLSClientConfig:    clientTLS(r.SHA256, http3.NextProtoH3),
			QUICConfig:         &quic.Config{MaxIdleTimeout: 30 * time.Second, EnableDatagrams: true},
			DisableCompression: true,
			EnableDatagrams:    true,
		}
		c.transports[r.Connection] = transport
	}
	return transport
}

func (c *honestClient) close(connection string) error {
	c.mutex.Lock()
	transport := c.transports[connection]
	delete(c.transports, connection)
	c.mutex.Unlock()
	if transport == nil {
		return nil
	}
	return transport.Close()
}

// many runs one request count times, concurrency at a time, and says how often it went well: with
// the expected status and body, as far as they are given.
func many(r request, transport http.RoundTripper) answer {
	jobs := make(chan struct{}, r.Count)
	for range r.Count {
		jobs <- struct{}{}
	}
	close(jobs)
	var mutex sync.Mutex
	good, bad, first := 0, 0, answer(nil)
	var wait sync.WaitGroup
	started := time.Now()
	for range r.Concurrency {
		wait.Go(func() {
			for range jobs {
				a := r.run(transport)
				mutex.Lock()
				if r.expected(a) {
					good++
				} else if bad++; first == nil {
					first = a
				}
				mutex.Unlock()
			}
		})
	}
	wait.Wait()
	return answer{"good": good, "bad": bad, "first": first, "millis": time.Since(started).Milliseconds()}
}

// errorAnswer tells what kind of error it was, and its code where it has one.
func errorAnswer(err error) answer {
	var h3 *http3.Error
	var stream *quic.StreamError
	var application *quic.ApplicationError
	var transport *quic.TransportError
	a := answer{"kind": "other", "text": err.Error()}
	switch {
	case errors.As(err, &stream):
		a["kind"], a["remote"], a["code"] = "stream", stream.Remote, uint64(stream.ErrorCode)
	case errors.As(err, &application):
		a["kind"], a["remote"], a["code"] = "application", application.Remote, uint64(application.ErrorCode)
		a["reason"] = application.ErrorMessage
	case errors.As(err, &transport):
		a["kind"], a["remote"], a["code"] = "transport", transport.Remote, uint64(transport.ErrorCode)
		a["reason"] = transport.ErrorMessage
	case errors.As(err, &h3):
		a["kind"], a["remote"], a["code"] = "http3", h3.Remote, uint64(h3.ErrorCode)
	case errors.Is(err, context.DeadlineExceeded):
		a["kind"] = "timeout"
	case errors.Is(err, context.Canceled):
		a["kind"] = "cancelled"
	}
	return a
}
