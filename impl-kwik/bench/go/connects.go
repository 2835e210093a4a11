package main

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const smallBytes = 100

// New connections in a closed loop, each with one small request.
func (h *harness) connects(inFlight, count int, limit time.Duration) (measured, error) {
	latencies := make([]time.Duration, count)
	var next atomic.Int64
	var failure atomic.Pointer[error]
	var slots sync.WaitGroup
	start := time.Now()
	for range inFlight {
		slots.Go(func() {
			for failure.Load() == nil && time.Since(start) < limit {
				index := int(next.Add(1)) - 1
				if index >= count {
					return
				}
				began := time.Now()
				if err := h.connectOnce(); err != nil {
					failure.CompareAndSwap(nil, &err)
				}
				latencies[index] = max(1, time.Since(began))
			}
		})
	}
	slots.Wait()
	elapsed := time.Since(start)
	if err := failure.Load(); err != nil {
		return measured{}, *err
	}
	done := slices.DeleteFunc(latencies, func(d time.Duration) bool { return d == 0 })
	if len(done) == 0 {
		return measured{}, fmt.Errorf("no connection was made")
	}
	slices.Sort(done)
	return measured{units: int64(len(done)), elapsed: elapsed, median: done[len(done)/2], p99: done[len(done)*99/100]}, nil
}

func (h *harness) connectOnce() error {
	own := transport(h.pin, defaults())
	defer own.Close()
	client := &http.Client{Transport: own}
	return getSmall(client, h.origin)
}

func getSmall(client *http.Client, origin string) error {
	response, err := client.Get(fmt.Sprintf("%s/bytes?n=%d", origin, smallBytes))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %s", response.Status)
	}
	received, err := count(response.Body, never())
	if err == nil && received != smallBytes {
		err = fmt.Errorf("expected %d bytes, counted %d", smallBytes, received)
	}
	return err
}

// Connects, so that the handshake is not part of what is measured.
func (h *harness) warm() error {
	return getSmall(h.client, h.origin)
}
