package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func packed(t *testing.T, s string) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	_, err := z.Write([]byte(s))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return buf.Bytes()
}

func TestSite(t *testing.T) {
	run := t.TempDir()
	for _, name := range []string{"config.json", "metrics.csv"} {
		require.NoError(t, os.WriteFile(filepath.Join(run, name), []byte(name), 0o644))
	}
	var names []string
	site := &Site{Player: &Player{Wasm: packed(t, "wasm"), Runtime: []byte("runtime")}, Run: run, Save: func(name string, data []byte) (string, error) {
		names = append(names, name)
		if string(data) == "full" {
			return "", errors.New("the disk is full")
		}
		return "episodes/" + name, nil
	}}
	const host = "127.0.0.1:4000"
	for _, c := range []struct {
		method, target, body string
		header               map[string]string
		status               int
		want                 string
	}{
		{method: "GET", target: "/?id=x", status: 200, want: "<!DOCTYPE html>"},
		{method: "GET", target: "/wasm_exec.js", status: 200, want: "runtime"},
		{method: "GET", target: "/miniflow.wasm", status: 200, want: "wasm"},
		{method: "GET", target: "/miniflow.wasm", header: map[string]string{"Accept-Encoding": "gzip"}, status: 200, want: "\x1f\x8b"},
		{method: "GET", target: "/run/config.json", status: 200, want: "config.json"},
		{method: "GET", target: "/run/metrics.csv", status: 404},
		{method: "GET", target: "/etc/passwd", status: 404},
		{method: "GET", target: "/episodes", status: 405},
		{method: "POST", target: "/episodes?name=A-seed3", body: "x", status: 200, want: "episodes/A-seed3"},
		{method: "POST", target: "/episodes?name=A-seed3%2B1", body: "x", status: 200, want: "episodes/A-seed3+1"},
		{method: "POST", target: "/episodes?name=A", body: "full", status: 500, want: "the disk is full"},
		{method: "POST", target: "/episodes?name=../A", body: "x", status: 403},
		{method: "POST", target: "/episodes?name=.A", body: "x", status: 403},
		{method: "POST", target: "/episodes", body: "x", status: 403},
		{method: "GET", target: "/", header: map[string]string{"Host": "evil.example"}, status: 403},
		{method: "GET", target: "/", header: map[string]string{"Host": "localhost:9"}, status: 200},
		{method: "POST", target: "/episodes?name=A", header: map[string]string{"Origin": "https://evil.example"}, status: 403},
		{method: "POST", target: "/episodes?name=A", header: map[string]string{"Origin": "http://127.0.0.1:4000"}, status: 200},
	} {
		r := httptest.NewRequest(c.method, c.target, strings.NewReader(c.body))
		r.Host = host
		for k, v := range c.header {
			if k == "Host" {
				r.Host = v
			}
			r.Header.Set(k, v)
		}
		w := httptest.NewRecorder()
		site.handler(host).ServeHTTP(w, r)
		require.Equal(t, c.status, w.Code, "%s %s %v", c.method, c.target, c.header)
		require.True(t, strings.HasPrefix(w.Body.String(), c.want), "%s %s: %q", c.method, c.target, w.Body.String())
	}
	require.Equal(t, []string{"A-seed3", "A-seed3+1", "A", "A"}, names)
}

func TestServeStopsWithItsContext(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- (&Site{Player: &Player{Runtime: []byte("x")}}).Serve(ctx, l) }()
	address := Address(l, url.Values{"id": {"A b"}})
	require.Equal(t, "http://"+l.Addr().String()+"/?id=A+b", address)
	r, err := http.Get(address)
	require.NoError(t, err)
	r.Body.Close()
	require.Equal(t, 200, r.StatusCode)
	stop()
	require.NoError(t, <-served)
}

func TestBuildWithoutGo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := Build(context.Background(), &bytes.Buffer{})
	require.ErrorContains(t, err, "install Go")
}

func TestStoreAndLoad(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "web", "key")
	_, err := load(dir)
	require.Error(t, err)
	p := &Player{Wasm: []byte("w"), Runtime: []byte("r")}
	require.NoError(t, p.store(dir))
	require.NoError(t, p.store(dir), "another program was faster")
	got, err := load(dir)
	require.NoError(t, err)
	require.Equal(t, p, got)
	entries, err := os.ReadDir(filepath.Dir(dir))
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing temporary is left")
}

// The hash names what will be compiled: the same for the same source.
func TestHashAndSource(t *testing.T) {
	b := builder{ctx: context.Background(), goTool: "go"}
	var err error
	b.root, err = b.source()
	require.NoError(t, err)
	one, err := b.hash()
	require.NoError(t, err)
	two, err := b.hash()
	require.NoError(t, err)
	require.Equal(t, one, two)
	require.False(t, isSource(t.TempDir()))
	_, err = b.run(b.root, "list", "./no/such/folder")
	require.ErrorContains(t, err, "compile the browser's player: go list: ")
}
