//go:build unix

package main

import (
	"syscall"
	"time"
)

// cpuTime returns the processor time that the program has used on all threads,
// and whether the system tells.
func cpuTime() (time.Duration, bool) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, false
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), true
}
