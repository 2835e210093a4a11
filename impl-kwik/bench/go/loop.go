package main

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Exchanges in a closed loop, as many at once as inFlight says, until count have begun, the limit
// has passed or one has failed. The error none is that of a loop which completed no exchange. Each says how long it took, without what it does around that.
func closedLoop(inFlight, count int, limit time.Duration, none string, exchange func(index int) (time.Duration, error)) (measured, error) {
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
				took, err := exchange(index)
				latencies[index] = max(1, took)
				if err != nil {
					failure.CompareAndSwap(nil, &err)
				}
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
		return measured{}, errors.New(none)
	}
	slices.Sort(done)
	return measured{units: int64(len(done)), elapsed: elapsed, median: done[len(done)/2], p99: done[len(done)*99/100]}, nil
}
