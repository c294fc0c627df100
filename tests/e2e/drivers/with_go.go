// SPDX-License-Identifier: MIT

// Makes the requests of scenes (differential.py) with Go's net/http: JSON lines in, JSON lines out.
// Whatever host and port is asked for, the connection is made to the stage, whose port is the
// argument.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

type scene struct {
	Method string
	URL    string
	Body   *string
	Stream bool
	Fields [][2]string
}

// Neither a *bytes.Reader nor a *strings.Reader: net/http cannot read it twice.
type gone struct{ io.Reader }

func endOf(err error) string {
	text := err.Error()
	switch {
	case strings.Contains(text, "stopped after 10 redirects"):
		return "too_many_redirects"
	case strings.Contains(text, "unsupported protocol scheme"):
		return "scheme_not_followed"
	case strings.Contains(text, "failed to parse Location"), strings.Contains(text, "no Host in request URL"),
		strings.Contains(text, "invalid URL"), strings.Contains(text, "invalid Host"),
		strings.Contains(text, "invalid port"), strings.Contains(text, "malformed MIME"),
		strings.Contains(text, "control character"),
		strings.Contains(text, "invalid domain"), strings.Contains(text, "idna:"):
		return "invalid_location"
	case strings.Contains(text, "tls"), strings.Contains(text, "EOF"), strings.Contains(text, "HTTP response to HTTPS"):
		return "other"
	}
	return text
}

func perform(client *http.Client, s scene) string {
	var body io.Reader
	if s.Body != nil {
		body = strings.NewReader(*s.Body)
		if s.Stream {
			body = gone{body}
		}
	}
	request, err := http.NewRequest(s.Method, s.URL, body)
	if err != nil {
		return "first: " + err.Error()
	}
	for _, field := range s.Fields {
		if field[0] == "Host" {
			request.Host = field[1]
		} else {
			request.Header.Set(field[0], field[1])
		}
	}
	response, err := client.Do(request)
	if err != nil {
		return endOf(err)
	}
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
	return "ok"
}

func main() {
	stage := "127.0.0.1:" + os.Args[1]
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		_, port, _ := net.SplitHostPort(address)
		if _, err := net.LookupPort("tcp", port); err != nil && port != "" {
			return nil, fmt.Errorf("invalid port: %v", err)
		}
		return net.DialTimeout("tcp", stage, 10*time.Second)
	}
	client := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{DialContext: dial}}
	lines := bufio.NewReader(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var s scene
		if err := json.Unmarshal(line, &s); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		out.Encode(map[string]string{"end": perform(client, s)})
	}
}
