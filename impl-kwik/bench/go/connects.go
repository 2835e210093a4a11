package main

import (
	"fmt"
	"net/http"
	"time"
)

const smallBytes = 100

// New connections in a closed loop, each with one small request.
func (h *harness) connects(inFlight, count int, limit time.Duration) (measured, error) {
	return closedLoop(inFlight, count, limit, "no connection was made", func(int) (time.Duration, error) {
		began := time.Now()
		err := h.connectOnce()
		return time.Since(began), err
	})
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
