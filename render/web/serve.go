package web

import (
	"bytes"
	"compress/gzip"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

//go:embed index.html
var page []byte

// Site serves a player to browsers on this machine.
type Site struct {
	Player *Player
	// Run is the folder of the run whose agent plays. The default (empty) is none.
	Run string
	// Save keeps an episode file that the player sends and returns where it went.
	// The default (nil) is to refuse: the browser then offers a download.
	Save func(name string, data []byte) (string, error)
}

// Address returns the page's address on a listener, with the game in its query.
func Address(l net.Listener, game url.Values) string {
	u := url.URL{Scheme: "http", Host: l.Addr().String(), Path: "/", RawQuery: game.Encode()}
	return u.String()
}

// Serve serves on a loopback listener until ctx ends.
func (s *Site) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{Handler: s.handler(l.Addr().String()), ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func (s *Site) handler(host string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { send(w, "text/html; charset=utf-8", page) })
	mux.HandleFunc("GET /"+runtimeFile, func(w http.ResponseWriter, r *http.Request) { send(w, "text/javascript", s.Player.Runtime) })
	mux.HandleFunc("GET /miniflow.wasm", s.wasm)
	mux.HandleFunc("POST /episodes", s.save)
	if s.Run != "" {
		for _, name := range []string{"config.json", "checkpoint.safetensors"} {
			mux.HandleFunc("GET /run/"+name, func(w http.ResponseWriter, r *http.Request) {
				http.ServeFile(w, r, filepath.Join(s.Run, name))
			})
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Another page may have pointed its own name at this machine, or send
		// files here: only what was opened by our address is served.
		origin := r.Header.Get("Origin")
		if !local(r.Host, host) || origin != "" && !local(strings.TrimPrefix(origin, "http://"), host) {
			http.Error(w, "only pages of this server may ask", http.StatusForbidden)
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		mux.ServeHTTP(w, r)
	})
}

// local reports whether a browser's name of a host means this machine. The port
// may differ, as it does through a tunnel.
func local(name, host string) bool {
	if name == host {
		return true
	}
	h, _, err := net.SplitHostPort(name)
	if err != nil {
		h = name
	}
	return h == "localhost" || h == "127.0.0.1" || h == "::1"
}

func send(w http.ResponseWriter, contentType string, data []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Write(data)
}

func (s *Site) wasm(w http.ResponseWriter, r *http.Request) {
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		send(w, "application/wasm", s.Player.Wasm)
		return
	}
	z, err := gzip.NewReader(bytes.NewReader(s.Player.Wasm))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/wasm")
	io.Copy(w, z)
}

// episodeName is what names of episode files look like: nothing that leads out
// of a folder.
var episodeName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.+-]{0,120}$`)

const maxEpisode = 64 << 20

func (s *Site) save(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	if s.Save == nil || !episodeName.MatchString(name) {
		http.Error(w, fmt.Sprintf("episode %q is not kept here", name), http.StatusForbidden)
		return
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxEpisode))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	where, err := s.Save(name, data)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	send(w, "text/plain; charset=utf-8", []byte(where))
}
