package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
	"github.com/quic-go/quic-go/quicvarint"
)

// echoDatagrams sends every HTTP datagram back until the client ends the stream. What is too large
// for a packet goes back in a capsule: each side finds out by itself how large packets can be.
func echoDatagrams(w http.ResponseWriter, r *http.Request) {
	if r.Proto != "datagram-echo" {
		w.WriteHeader(http.StatusNotImplemented)
		return
	}
	w.WriteHeader(http.StatusOK)
	stream, err := w.(http3.HTTPStreamer).HTTPStream()
	if err != nil {
		return
	}
	ctx, cancel := context.WithCancel(stream.Context())
	go func() {
		io.Copy(io.Discard, stream)
		cancel()
	}()
	for {
		datagram, err := stream.ReceiveDatagram(ctx)
		if err != nil || sendBack(stream, datagram) != nil {
			stream.Close()
			return
		}
	}
}

func sendBack(stream *http3.Stream, datagram []byte) error {
	err := stream.SendDatagram(datagram)
	var tooLarge *quic.DatagramTooLargeError
	if !errors.As(err, &tooLarge) {
		return err
	}
	capsule := quicvarint.Append([]byte{0}, uint64(len(datagram))) // RFC 9297 section 3.5
	_, err = stream.Write(append(capsule, datagram...))
	return err
}

// exchange is the command datagrams: numbered datagrams of a size go to an echo, one by one. One
// that is lost is sent again, since datagrams may be.
type exchange struct {
	SHA256   string `json:"sha256"`
	URL      string `json:"url"`
	Protocol string `json:"protocol"`
	Size     int    `json:"size"` // at least 4
	Count    int    `json:"count"`
}

// resendAfter is when a datagram without an answer counts as lost, maxLosses how many may be.
const (
	resendAfter = 500 * time.Millisecond
	maxLosses   = 20
)

func exchangeDatagrams(line []byte) (answer, error) {
	var e exchange
	if err := json.Unmarshal(line, &e); err != nil {
		return nil, err
	}
	target, err := url.Parse(e.URL)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := quic.DialAddr(ctx, target.Host, clientTLS(e.SHA256, http3.NextProtoH3), &quic.Config{EnableDatagrams: true})
	if err != nil {
		return nil, err
	}
	defer conn.CloseWithError(0x100, "")
	client := (&http3.Transport{EnableDatagrams: true}).NewClientConn(conn)
	select {
	case <-client.ReceivedSettings():
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	a := answer{"announced": client.Settings().EnableDatagrams}
	stream, err := client.OpenRequestStream(ctx)
	if err != nil {
		return nil, err
	}
	request := &http.Request{Method: http.MethodConnect, Proto: e.Protocol, Host: target.Host, URL: target, Header: http.Header{}}
	if err := stream.SendRequestHeader(request.WithContext(ctx)); err != nil {
		return nil, err
	}
	response, err := stream.ReadResponse()
	if err != nil {
		return nil, err
	}
	a["status"] = response.StatusCode
	a["good"], a["lost"], err = e.talk(ctx, stream)
	if err != nil {
		a["error"] = errorAnswer(err)
		return a, nil
	}
	stream.Close()
	rest, err := io.ReadAll(response.Body)
	a["ended"], a["rest"] = err == nil, len(rest)
	return a, nil
}

func (e exchange) talk(ctx context.Context, stream *http3.RequestStream) (good, lost int, err error) {
	datagram := append([]byte(nil), pattern[:e.Size]...)
	for good < e.Count {
		binary.BigEndian.PutUint32(datagram, uint32(good))
		if err := stream.SendDatagram(datagram); err != nil {
			return good, lost, err
		}
		limited, cancel := context.WithTimeout(ctx, resendAfter)
		back, err := stream.ReceiveDatagram(limited)
		cancel()
		switch {
		case err == nil && bytes.Equal(back, datagram):
			good++
		case err == nil && len(back) == e.Size && binary.BigEndian.Uint32(back) < uint32(good):
			// A late answer to one that was sent again.
		case err == nil:
			return good, lost, fmt.Errorf("datagram %d came back as %x", good, back)
		case ctx.Err() != nil || lost == maxLosses:
			return good, lost, fmt.Errorf("datagram %d does not come back: %w", good, err)
		default:
			lost++
		}
	}
	return good, lost, nil
}
