package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"sync"
	"time"
)

// keepBytes is how much of a response body an answer repeats; all of it goes into the hash.
const keepBytes = 1 << 16

// request is one command of the client mode.
type request struct {
	Connection  string     `json:"connection"`
	SHA256      string     `json:"sha256"`
	URL         string     `json:"url"`
	Method      string     `json:"method"`
	Headers     [][]string `json:"headers"`
	Host        string     `json:"host"`
	Text        string     `json:"text"`        // the body, or
	Pattern     int64      `json:"pattern"`     // a body of so many bytes, byte i is i mod 251
	Known       bool       `json:"known"`       // whether content-length is sent
	Trailers    [][]string `json:"trailers"`    // sent after the body
	Rounds      int        `json:"rounds"`      // full duplex: a piece is sent, and read back, so often
	CancelAfter int64      `json:"cancelAfter"` // the request is cancelled after so many response bytes
	PauseBytes  int64      `json:"pauseBytes"`  // a slow reader pauses after so many bytes
	PauseMillis int        `json:"pauseMillis"`
	Millis      int        `json:"millis"` // limit for the whole exchange, 20 s if it is 0
	Tell        string     `json:"tell"`   // the id of a line that says that the request has left
	Count       int        `json:"count"`
	Concurrency int        `json:"concurrency"`
	WantStatus  int        `json:"wantStatus"`
	WantSHA256  string     `json:"wantSha256"`
}

func (r request) expected(a answer) bool {
	return a["error"] == nil && (r.WantStatus == 0 || a["status"] == r.WantStatus) &&
		(r.WantSHA256 == "" || a["sha256"] == r.WantSHA256)
}

// run makes the exchange and tells everything about it.
func (r request) run(transport http.RoundTripper) answer {
	limit := 20 * time.Second
	if r.Millis > 0 {
		limit = time.Duration(r.Millis) * time.Millisecond
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	a := answer{}
	interim := &interimResponses{}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{Got1xxResponse: interim.add, WroteHeaders: r.wrote})
	body, talk := r.body()
	req, err := http.NewRequestWithContext(ctx, r.Method, r.URL, body)
	if err != nil {
		a["error"] = errorAnswer(err)
		return a
	}
	r.complete(req)
	response, err := transport.RoundTrip(req)
	a["informational"] = interim.list()
	if err != nil {
		a["error"] = errorAnswer(err)
		return a
	}
	defer response.Body.Close()
	a["status"] = response.StatusCode
	a["headers"] = response.Header
	a["contentLength"] = response.ContentLength
	if talk != nil {
		a["rounds"], err = r.converse(talk, response.Body)
	}
	if err == nil {
		err = r.read(response.Body, cancel, a)
	}
	if err != nil {
		a["error"] = errorAnswer(err)
	}
	a["trailers"] = response.Trailer
	return a
}

func (r request) wrote() {
	if r.Tell != "" {
		say(answer{"id": r.Tell})
	}
}

// body is the request's body, and for a full-duplex exchange the end to write to.
func (r request) body() (io.Reader, *io.PipeWriter) {
	switch {
	case r.Rounds > 0:
		in, out := io.Pipe()
		return in, out
	case r.Pattern > 0:
		in, out := io.Pipe()
		go func() { out.CloseWithError(writePattern(out, r.Pattern)) }()
		return in, nil
	case r.Text != "" || len(r.Trailers) > 0:
		return io.NopCloser(bytes.NewReader([]byte(r.Text))), nil
	}
	return nil, nil
}

func (r request) complete(req *http.Request) {
	for _, field := range r.Headers {
		req.Header.Add(field[0], field[1])
	}
	if r.Host != "" {
		req.Host = r.Host
	}
	if r.Known {
		req.ContentLength = max(r.Pattern, int64(len(r.Text)))
	}
	for _, field := range r.Trailers {
		if req.Trailer == nil {
			req.Trailer = http.Header{}
		}
		req.Trailer.Add(field[0], field[1])
	}
}

// converse sends a piece of a hundred bytes and reads it back, again and again.
func (r request) converse(out *io.PipeWriter, in io.Reader) (int, error) {
	defer out.Close()
	piece, back := pattern[:100], make([]byte, 100)
	for round := range r.Rounds {
		if _, err := out.Write(piece); err != nil {
			return round, err
		}
		if _, err := io.ReadFull(in, back); err != nil {
			return round, err
		}
		if !bytes.Equal(piece, back) {
			return round, io.ErrUnexpectedEOF
		}
	}
	return r.Rounds, nil
}

func (r request) read(in io.Reader, cancel context.CancelFunc, a answer) error {
	sum, kept, total := sha256.New(), []byte{}, int64(0)
	buffer := make([]byte, 1<<15)
	pauseAt := r.PauseBytes
	for {
		n, err := in.Read(buffer)
		total += int64(n)
		sum.Write(buffer[:n])
		kept = append(kept, buffer[:min(n, keepBytes-len(kept))]...)
		a["bytes"], a["text"], a["sha256"] = total, string(kept), hex.EncodeToString(sum.Sum(nil))
		if r.CancelAfter > 0 && total >= r.CancelAfter {
			cancel()
		}
		if r.PauseBytes > 0 && total >= pauseAt {
			time.Sleep(time.Duration(r.PauseMillis) * time.Millisecond)
			pauseAt = total + r.PauseBytes
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// interimResponses collects the 1xx responses; any goroutine may add.
type interimResponses struct {
	mutex sync.Mutex
	all   []answer
}

func (i *interimResponses) add(code int, header textproto.MIMEHeader) error {
	i.mutex.Lock()
	defer i.mutex.Unlock()
	i.all = append(i.all, answer{"status": code, "headers": http.Header(header).Clone()})
	return nil
}

func (i *interimResponses) list() []answer {
	i.mutex.Lock()
	defer i.mutex.Unlock()
	return append([]answer{}, i.all...)
}
