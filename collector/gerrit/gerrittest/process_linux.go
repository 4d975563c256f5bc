//go:build gerrit

package gerrittest

import (
	"os/exec"
	"runtime"
	"syscall"
)

// awaitOnOneThread starts cmd, reports it, waits for its end and closes ended.
// The kernel sends the death signal when the thread that made the child ends, not
// the process: so this goroutine keeps its thread until the child is gone.
func awaitOnOneThread(cmd *exec.Cmd, started chan<- error, ended chan<- struct{}) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(ended)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	err := cmd.Start()
	started <- err
	if err == nil {
		cmd.Wait()
	}
}
