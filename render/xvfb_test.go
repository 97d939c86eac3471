package render_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// patience is how long anything on the screen may take; only a failure waits
// that long.
const patience = 30 * time.Second

// needX skips a test that needs a virtual display, unless MINIFLOW_NEED_X=1 says
// that there must be one.
func needX(t *testing.T) {
	t.Helper()
	for _, tool := range []string{"Xvfb", "xdotool"} {
		if _, err := exec.LookPath(tool); err != nil {
			require.NotEqual(t, "1", os.Getenv("MINIFLOW_NEED_X"), "%s is missing: apt-get install xvfb xdotool libgl1 libgl1-mesa-dri", tool)
			t.Skipf("%s is not installed: the window is not tested here", tool)
		}
	}
}

// display is a virtual X display whose picture lies in a file.
type display struct {
	name string
	file string
}

// newDisplay starts Xvfb on a free display until the test ends.
func newDisplay(t *testing.T, width, height int) *display {
	t.Helper()
	dir := t.TempDir()
	number, report, err := os.Pipe()
	require.NoError(t, err)
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", width, height), "-fbdir", dir, "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{report}
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	report.Close()
	require.NoError(t, number.SetReadDeadline(time.Now().Add(patience)))
	buf := make([]byte, 16)
	n, err := number.Read(buf)
	require.NoError(t, err, "Xvfb says which display it is")
	return &display{":" + strings.TrimSpace(string(buf[:n])), filepath.Join(dir, "Xvfb_screen0")}
}

// xdotool runs a command of xdotool and returns what it prints.
func (d *display) xdotool(args ...string) (string, error) {
	cmd := exec.Command("xdotool", args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+d.name)
	out, err := cmd.Output()
	return string(out), err
}

// window returns where the window of a title is.
func (d *display) window(title string) (at image.Point, err error) {
	out, err := d.xdotool("search", "--name", "^"+title+"$", "getwindowgeometry", "--shell")
	if err != nil {
		return at, err
	}
	found := 0
	for line := range strings.Lines(out) {
		for name, v := range map[string]*int{"X": &at.X, "Y": &at.Y} {
			if n, err := fmt.Sscanf(line, name+"=%d", v); n == 1 && err == nil {
				found++
			}
		}
	}
	if found != 2 {
		return at, fmt.Errorf("xdotool knows no position: %q", out)
	}
	return at, nil
}

// picture reads the screen from Xvfb's framebuffer, a file in XWD format: a
// header of big-endian words, a colour map, and rows of blue, green, red, unused.
func (d *display) picture() (*image.RGBA, error) {
	data, err := os.ReadFile(d.file)
	if err != nil {
		return nil, err
	}
	if len(data) < 100 {
		return nil, errors.New("the framebuffer has no header")
	}
	word := func(i int) int { return int(binary.BigEndian.Uint32(data[4*i:])) }
	header, width, height, order, bits, stride, colors := word(0), word(4), word(5), word(7), word(11), word(12), word(19)
	pix := header + 12*colors
	if order != 0 || bits != 32 || len(data) < pix+stride*height {
		return nil, fmt.Errorf("the framebuffer has byte order %d and %d bits a pixel: want 0 and 32", order, bits)
	}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		row := data[pix+y*stride:]
		for x := range width {
			p := row[4*x:]
			copy(img.Pix[img.PixOffset(x, y):], []byte{p[2], p[1], p[0], 255})
		}
	}
	return img, nil
}
