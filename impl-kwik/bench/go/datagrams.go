package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
)

// Datagrams without an answer for so long count as lost, like those that another overtook.
const lostAfter = 250 * time.Millisecond

func echoDatagrams(w http.ResponseWriter, _ *http.Request) {
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
		if err != nil || stream.SendDatagram(datagram) != nil {
			return
		}
	}
}

// flight is a run of datagrams in a closed loop, as dev.heddle.bench.load.DatagramLoop does it.
type flight struct {
	stream   *http3.RequestStream
	bytes    int
	inFlight int

	mutex    sync.Mutex
	room     *sync.Cond
	sent     uint64 // guarded by mutex, like all below
	awaited  uint64
	received int64
	failure  error
	over     bool
}

func (h *harness) datagrams(inFlight, size, count int, limit time.Duration) (measured, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	conn, err := quic.DialAddr(ctx, h.socket.LocalAddr().String(),
		http3.ConfigureTLSConfig(h.transport.TLSClientConfig.Clone()), h.transport.QUICConfig)
	if err != nil {
		return measured{}, err
	}
	defer conn.CloseWithError(0x100, "")
	client := h.transport.NewClientConn(conn)
	<-client.ReceivedSettings()
	stream, err := client.OpenRequestStream(ctx)
	if err != nil {
		return measured{}, err
	}
	target, err := url.Parse(h.origin + "/datagrams")
	if err != nil {
		return measured{}, err
	}
	request := &http.Request{Method: http.MethodConnect, Proto: "datagram-echo", Host: target.Host, URL: target, Header: http.Header{}}
	if err := stream.SendRequestHeader(request); err != nil {
		return measured{}, err
	}
	response, err := stream.ReadResponse()
	if err != nil {
		return measured{}, err
	}
	if response.StatusCode != http.StatusOK {
		return measured{}, fmt.Errorf("answered %s", response.Status)
	}
	f := &flight{stream: stream, bytes: size, inFlight: inFlight}
	f.room = sync.NewCond(&f.mutex)
	if inFlight == 1 {
		return f.oneAtATime(ctx, count, limit)
	}
	return f.manyAtATime(ctx, count, limit)
}

func (f *flight) datagram(number uint64) []byte {
	datagram := make([]byte, f.bytes)
	binary.BigEndian.PutUint64(datagram, number)
	for i := 8; i < f.bytes; i++ {
		datagram[i] = byte(uint64(i) + number)
	}
	return datagram
}

func (f *flight) number(datagram []byte) (uint64, error) {
	if len(datagram) != f.bytes {
		return 0, fmt.Errorf("%d bytes sent, %d came back", f.bytes, len(datagram))
	}
	number := binary.BigEndian.Uint64(datagram)
	if datagram[f.bytes-1] != byte(uint64(f.bytes-1)+number) {
		return 0, fmt.Errorf("datagram %d came back changed", number)
	}
	return number, nil
}

func (f *flight) oneAtATime(ctx context.Context, count int, limit time.Duration) (measured, error) {
	var latencies []time.Duration
	start := time.Now()
	for i := 0; i < count && time.Since(start) < limit; i++ {
		datagram := f.datagram(uint64(i))
		began := time.Now()
		if err := f.stream.SendDatagram(datagram); err != nil {
			return measured{}, err
		}
		for {
			limited, cancel := context.WithTimeout(ctx, lostAfter)
			back, err := f.stream.ReceiveDatagram(limited)
			cancel()
			if err != nil {
				break
			}
			number, err := f.number(back)
			if err != nil {
				return measured{}, err
			}
			if number == uint64(i) {
				latencies = append(latencies, time.Since(began))
				break
			}
		}
	}
	elapsed := time.Since(start)
	if len(latencies) == 0 {
		return measured{}, fmt.Errorf("no datagram came back")
	}
	slices.Sort(latencies)
	n := len(latencies)
	return measured{units: int64(n), elapsed: elapsed, median: latencies[n/2], p99: latencies[n*99/100]}, nil
}

func (f *flight) manyAtATime(ctx context.Context, count int, limit time.Duration) (measured, error) {
	reading, cancel := context.WithCancel(ctx)
	var reader sync.WaitGroup
	reader.Go(func() { f.read(reading) })
	reader.Go(func() { f.giveUp(reading) })
	start := time.Now()
	for i := 0; i < count && time.Since(start) < limit; i++ {
		number, ok := f.next()
		if !ok {
			break
		}
		if err := f.stream.SendDatagram(f.datagram(number)); err != nil {
			f.fail(err)
			break
		}
	}
	f.awaitLast(time.Now().Add(lostAfter))
	f.mutex.Lock()
	f.over = true
	received, failure := f.received, f.failure
	f.mutex.Unlock()
	elapsed := time.Since(start)
	cancel()
	reader.Wait()
	return measured{units: received, elapsed: elapsed}, failure
}

func (f *flight) next() (uint64, bool) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	for f.failure == nil && f.sent-f.awaited >= uint64(f.inFlight) {
		f.room.Wait()
	}
	f.sent++
	return f.sent - 1, f.failure == nil
}

func (f *flight) fail(err error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.failure == nil && !f.over {
		f.failure = err
	}
	f.room.Broadcast()
}

func (f *flight) awaitLast(deadline time.Time) {
	for time.Now().Before(deadline) {
		f.mutex.Lock()
		done := f.awaited == f.sent || f.failure != nil
		f.mutex.Unlock()
		if done {
			return
		}
		time.Sleep(100 * time.Microsecond)
	}
}

func (f *flight) read(ctx context.Context) {
	for {
		back, err := f.stream.ReceiveDatagram(ctx)
		if err != nil {
			if ctx.Err() == nil {
				f.fail(err)
			}
			return
		}
		number, err := f.number(back)
		if err != nil {
			f.fail(err)
			return
		}
		f.mutex.Lock()
		if number >= f.awaited {
			f.awaited = number + 1
			f.received++
			f.room.Signal()
		}
		f.mutex.Unlock()
	}
}

// giveUp counts everything as lost that is under way when nothing has come for a while.
func (f *flight) giveUp(ctx context.Context) {
	last := int64(-1)
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(lostAfter):
		}
		f.mutex.Lock()
		if f.received == last {
			f.awaited = f.sent
			f.room.Signal()
		}
		last = f.received
		f.mutex.Unlock()
	}
}
