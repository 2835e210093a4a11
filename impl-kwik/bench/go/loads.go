package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

const bodyBytes = 100

// Small echoes in a closed loop, as many at once as inFlight says.
func (h *harness) echo(inFlight, count int, limit time.Duration) (measured, error) {
	return closedLoop(inFlight, count, limit, "no echo came back", func(index int) (time.Duration, error) {
		body := echoBody(index)
		began := time.Now()
		back, err := h.echoOne(body)
		took := time.Since(began)
		if err == nil && !bytes.Equal(body, back) {
			err = fmt.Errorf("sent %d bytes, %d came back, and not the same", len(body), len(back))
		}
		return took, err
	})
}

// No two bodies are alike, so that an answer to another request is noticed.
func echoBody(index int) []byte {
	body := make([]byte, bodyBytes)
	binary.BigEndian.PutUint64(body, 0x9e3779b97f4a7c15*uint64(index+1))
	for i := 8; i < bodyBytes; i++ {
		body[i] = byte(i + index)
	}
	return body
}

func (h *harness) echoOne(body []byte) ([]byte, error) {
	request, err := http.NewRequest(http.MethodPost, h.origin+"/echo", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("content-type", "application/octet-stream")
	response, err := h.do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return readSmall(response.Body, response.ContentLength)
}

func (h *harness) upload(total int64, limit time.Duration) (measured, error) {
	start := time.Now()
	body := &payload{total: total, deadline: start.Add(limit)}
	request, err := http.NewRequest(http.MethodPost, h.origin+"/sink", io.NopCloser(body))
	if err != nil {
		return measured{}, err
	}
	response, err := h.do(request)
	if err != nil {
		return measured{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return measured{}, err
	}
	counted, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil || counted != body.sent {
		return measured{}, fmt.Errorf("sent %d bytes, counted %s", body.sent, text)
	}
	return measured{units: counted, elapsed: time.Since(start)}, nil
}

func (h *harness) download(total int64, limit time.Duration) (measured, error) {
	start := time.Now()
	deadline := start.Add(limit)
	request, err := h.request(http.MethodGet, "/bytes?n="+strconv.FormatInt(total, 10))
	if err != nil {
		return measured{}, err
	}
	response, err := h.do(request)
	if err != nil {
		return measured{}, err
	}
	defer response.Body.Close()
	received, err := count(response.Body, deadline)
	if err == nil && received != total && time.Now().Before(deadline) {
		err = fmt.Errorf("expected %d bytes, counted %d", total, received)
	}
	return measured{units: received, elapsed: time.Since(start)}, err
}

func (h *harness) do(request *http.Request) (*http.Response, error) {
	response, err := h.client.Do(request)
	if err == nil && response.StatusCode != http.StatusOK {
		response.Body.Close()
		return nil, fmt.Errorf("answered %s", response.Status)
	}
	return response, err
}
