package main

import (
	"io"

	"github.com/quic-go/qpack"
)

// frame is an HTTP/3 frame as far as it has come.
type frame struct {
	kind    uint64
	length  uint64
	payload []byte
	whole   bool
}

// maxFrames bounds how many frames of one stream are looked at.
const maxFrames = 200

// frames reads the frames at the beginning of a stream; a last one may not be whole.
func frames(bytes []byte) []frame {
	all := []frame{}
	for len(bytes) > 0 && len(all) < maxFrames {
		kind, n := varint(bytes)
		length, m := varint(bytes[n:])
		if n == 0 || m == 0 {
			break
		}
		rest := bytes[n+m:]
		have := min(length, uint64(len(rest)))
		all = append(all, frame{kind, length, rest[:have], have == length})
		bytes = rest[have:]
	}
	return all
}

func frameAnswers(bytes []byte) []answer {
	all := []answer{}
	for _, f := range frames(bytes) {
		a := answer{"type": f.kind, "length": f.length, "whole": f.whole}
		if f.kind == 1 && f.whole {
			a["fields"] = fields(f.payload)
		}
		all = append(all, a)
	}
	return all
}

// fields decodes a field section; a broken one ends with a field named "broken".
func fields(section []byte) [][2]string {
	all := [][2]string{}
	next := qpack.NewDecoder().Decode(section)
	for {
		field, err := next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			return append(all, [2]string{"broken", err.Error()})
		}
		all = append(all, [2]string{field.Name, field.Value})
	}
}

// varint reads a variable-length integer (RFC 9000 section 16) and says how long it is, 0 if it is
// not all there.
func varint(bytes []byte) (uint64, int) {
	if len(bytes) == 0 || len(bytes) < 1<<(bytes[0]>>6) {
		return 0, 0
	}
	length := 1 << (bytes[0] >> 6)
	value := uint64(bytes[0] & 0x3f)
	for _, b := range bytes[1:length] {
		value = value<<8 | uint64(b)
	}
	return value, length
}

func readVarint(in io.Reader) (uint64, error) {
	bytes := make([]byte, 8)
	if _, err := io.ReadFull(in, bytes[:1]); err != nil {
		return 0, err
	}
	length := 1 << (bytes[0] >> 6)
	if _, err := io.ReadFull(in, bytes[1:length]); err != nil {
		return 0, err
	}
	value, _ := varint(bytes[:length])
	return value, nil
}
