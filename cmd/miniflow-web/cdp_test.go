//go:build !js

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// browser is a headless Chromium, spoken to by the DevTools protocol over a pair
// of pipes: JSON objects with a zero byte after each.
type browser struct {
	t       *testing.T
	in      *os.File
	replies chan reply
	next    int
	session string // of the page
}

type reply struct {
	ID     int             `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// newBrowser opens a blank page of some size until the test ends.
func newBrowser(t *testing.T, width, height int) *browser {
	t.Helper()
	theirIn, in, err := os.Pipe()
	require.NoError(t, err)
	out, theirOut, err := os.Pipe()
	require.NoError(t, err)
	cmd := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+t.TempDir(), "--remote-debugging-pipe")
	cmd.ExtraFiles = []*os.File{theirIn, theirOut} // descriptors 3 and 4
	require.NoError(t, cmd.Start())
	theirIn.Close()
	theirOut.Close()
	b := &browser{t: t, in: in, replies: make(chan reply, 100)}
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		defer close(b.replies)
		for r := bufio.NewReader(out); ; {
			data, err := r.ReadBytes(0)
			if err != nil {
				return
			}
			var m reply
			if json.Unmarshal(data[:len(data)-1], &m) == nil && m.ID != 0 {
				b.replies <- m
			}
		}
	}()
	t.Cleanup(func() {
		// A browser that closes by itself leaves nothing in its folder half-written.
		fmt.Fprintf(in, `{"id":1000000,"method":"Browser.close"}%c`, 0)
		select {
		case <-closed:
		case <-time.After(patience):
			cmd.Process.Kill()
		}
		cmd.Wait()
	})
	var target struct{ TargetID string }
	b.call(&target, "Target.createTarget", map[string]any{"url": "about:blank"})
	var session struct{ SessionID string }
	b.call(&session, "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true})
	b.session = session.SessionID
	b.call(nil, "Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false})
	return b
}

// call sends a command and waits for its result.
func (b *browser) call(result any, method string, params map[string]any) {
	b.t.Helper()
	b.next++
	message := map[string]any{"id": b.next, "method": method, "params": params}
	if b.session != "" {
		message["sessionId"] = b.session
	}
	data, err := json.Marshal(message)
	require.NoError(b.t, err)
	_, err = b.in.Write(append(data, 0))
	require.NoError(b.t, err, "the browser listens")
	timeout := time.After(patience)
	for {
		select {
		case m, open := <-b.replies:
			require.True(b.t, open, "the browser has gone")
			if m.ID != b.next {
				continue
			}
			if m.Error != nil {
				require.Fail(b.t, method+": "+m.Error.Message)
			}
			if result != nil {
				require.NoError(b.t, json.Unmarshal(m.Result, result))
			}
			return
		case <-timeout:
			require.Fail(b.t, "the browser does not answer", method)
		}
	}
}

// eval evaluates an expression of the page into v by way of JSON.
func (b *browser) eval(v any, expression string) {
	b.t.Helper()
	var r struct{ Result struct{ Value string } }
	b.call(&r, "Runtime.evaluate", map[string]any{"expression": "JSON.stringify(" + expression + ")", "returnByValue": true})
	if r.Result.Value != "" {
		require.NoError(b.t, json.Unmarshal([]byte(r.Result.Value), v))
	}
}

// keyCodes are the Windows key codes that the protocol asks for.
var keyCodes = map[string]int{"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "Tab": 9, "Enter": 13, "Escape": 27, "F1": 112}

// key sends keyDown or keyUp. name is a key code of the browser, such as
// ArrowUp, or a lower-case letter.
func (b *browser) key(kind, name string) {
	b.t.Helper()
	p := map[string]any{"type": kind, "key": name, "code": name, "windowsVirtualKeyCode": keyCodes[name]}
	if len(name) == 1 {
		p["code"], p["windowsVirtualKeyCode"] = "Key"+string(name[0]-32), int(name[0]-32)
		if kind == "keyDown" {
			p["text"] = name
		}
	}
	b.call(nil, "Input.dispatchKeyEvent", p)
}
