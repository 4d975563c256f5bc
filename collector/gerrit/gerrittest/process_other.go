//go:build gerrit && !linux

package gerrittest

import "os/exec"

// awaitOnOneThread starts cmd, reports it, waits for its end and closes ended.
// There is no death signal here: the child of a killed test lives on.
func awaitOnOneThread(cmd *exec.Cmd, started chan<- error, ended chan<- struct{}) {
	defer close(ended)
	err := cmd.Start()
	started <- err
	if err == nil {
		cmd.Wait()
	}
}
