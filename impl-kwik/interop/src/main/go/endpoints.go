package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"sort"
	"strconv"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
)

const patternPeriod = 251

// pattern has byte i mod 251 at i, for a whole number of periods.
var pattern = func() []byte {
	bytes := make([]byte, patternPeriod*256)
	for i := range bytes {
		bytes[i] = byte(i % patternPeriod)
	}
	return bytes
}()

// endpoints are those of endpoints.md, as far as quic-go can express them, and /early.
func endpoints() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", methods(text("Heddle's interop peer\n"), "GET"))
	mux.HandleFunc("/echo", methods(echo, "POST"))
	mux.HandleFunc("/sink", methods(sink, "POST"))
	mux.HandleFunc("/early", methods(early, "POST"))
	mux.HandleFunc("/bytes", methods(someBytes, "GET"))
	mux.HandleFunc("/headers", listFields)
	mux.HandleFunc("/trailers", methods(withTrailers, "GET"))
	mux.HandleFunc("/hints", methods(hints, "GET"))
	mux.HandleFunc("/slow", methods(slow, "GET"))
	mux.HandleFunc("/status", methods(status, "GET"))
	mux.HandleFunc("/reset", methods(reset, "GET"))
	mux.HandleFunc("/forever", methods(forever, "GET"))
	mux.HandleFunc("/datagrams", methods(echoDatagrams, "CONNECT"))
	return mux
}

func text(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("content-type", "text/plain")
		io.WriteString(w, body)
	}
}

func number(r *http.Request, name string) int64 {
	value, err := strconv.ParseInt(r.URL.Query().Get(name), 10, 64)
	if err != nil {
		return 0
	}
	return value
}

// echo sends every piece back as it comes, then the request's trailers.
func echo(w http.ResponseWriter, r *http.Request) {
	if kind := r.Header.Get("content-type"); kind != "" {
		w.Header().Set("content-type", kind)
	}
	w.WriteHeader(http.StatusOK)
	w.(http.Flusher).Flush()
	buffer := make([]byte, 1<<16)
	for {
		n, err := r.Body.Read(buffer)
		if n > 0 {
			if _, failed := w.Write(buffer[:n]); failed != nil {
				return
			}
			w.(http.Flusher).Flush()
		}
		if err != nil {
			break
		}
	}
	for name, values := range r.Trailer {
		for _, value := range values {
			w.Header().Add(http.TrailerPrefix+name, value)
		}
	}
}

func sink(w http.ResponseWriter, r *http.Request) {
	sum := sha256.New()
	length, err := io.Copy(sum, r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	text(fmt.Sprintf("%d %x\n", length, sum.Sum(nil)))(w, r)
}

// early answers without a look at the body; quic-go then asks the client to stop with H3_NO_ERROR.
func early(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusRequestEntityTooLarge)
	io.WriteString(w, "too large\n")
}

func someBytes(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("content-length", strconv.FormatInt(number(r, "n"), 10))
	if r.Method != "HEAD" {
		writePattern(w, number(r, "n"))
	}
}

func writePattern(w io.Writer, left int64) error {
	for left > 0 {
		n := min(left, int64(len(pattern)))
		if _, err := w.Write(pattern[:n]); err != nil {
			return err
		}
		left -= n
	}
	return nil
}

// listFields has no order of arrival to tell: quic-go keeps fields in a map.
func listFields(w http.ResponseWriter, r *http.Request) {
	lines := []string{}
	for name, values := range r.Header {
		for _, value := range values {
			lines = append(lines, http.CanonicalHeaderKey(name)+": "+value+"\n")
		}
	}
	sort.Strings(lines)
	w.Header().Set("content-type", "text/plain")
	fmt.Fprintf(w, ":method: %s\n:authority: %s\n:path: %s\n", r.Method, r.Host, r.RequestURI)
	for _, line := range lines {
		io.WriteString(w, line)
	}
}

func withTrailers(w http.ResponseWriter, r *http.Request) {
	text("hello\n")(w, r)
	w.Header().Set(http.TrailerPrefix+"x-one", "1")
	w.Header().Set(http.TrailerPrefix+"x-two", "2")
}

func hints(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("link", "</style.css>; rel=preload")
	w.WriteHeader(http.StatusEarlyHints)
	w.Header().Set("link", "</app.js>; rel=preload")
	w.WriteHeader(http.StatusEarlyHints)
	w.Header().Del("link")
	text("ok\n")(w, r)
}

func slow(w http.ResponseWriter, r *http.Request) {
	limit := time.Duration(min(number(r, "ms"), 60_000)) * time.Millisecond
	select {
	case <-time.After(limit):
		text("slow\n")(w, r)
	case <-r.Context().Done():
	}
}

func status(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(int(max(200, min(number(r, "code"), 599))))
}

func reset(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	stream, err := w.(http3.HTTPStreamer).HTTPStream()
	if err != nil {
		return
	}
	stream.Write([]byte{'x'})
	stream.CancelWrite(quic.StreamErrorCode(number(r, "code")))
	stream.CancelRead(quic.StreamErrorCode(number(r, "code")))
}

func forever(w http.ResponseWriter, _ *http.Request) {
	for writePattern(w, int64(len(pattern))) == nil {
	}
}
