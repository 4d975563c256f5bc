package main

import (
	"runtime"
	"testing"
)

var kept []byte // reaches beyond a function, so that it lies on the heap

func TestMemoryIsGivenBack(t *testing.T) {
	held := func() (bytes uint64, collections uint32) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapSys - m.HeapReleased, m.NumForcedGC
	}
	l := new(lean)
	l.giveBack()
	kept = make([]byte, 64<<20)
	for i := range kept {
		kept[i] = 1
	}
	kept = nil
	before, _ := held()
	l.giveBack()
	after, collections := held()
	if after+32<<20 > before {
		t.Errorf("%d bytes are held after %d, of which 64 MiB are garbage", after, before)
	}
	l.giveBack()
	if _, again := held(); again != collections {
		t.Error("collected again, for nothing")
	}
}
