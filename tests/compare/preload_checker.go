// SPDX-License-Identifier: MIT

// The rules of the preload list's own checker, written a second time from their description, in the
// language and with the standard library that it is written in: what Go makes of a URL, a redirect,
// a certificate or a letter is Go's word here. preload.py holds yonder's grader against it.
//
//	preload_checker [-policy P] [-removal] [-timeout D] [-psl FILE]   domains, one a line, are asked
//	preload_checker -headers [-policy P] [-removal]                   values, one a line, in hexadecimal
//
// It answers in the order of its input, a line of JSON each: {"input","errors":[codes],"warnings":[codes]}.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	oneYear       = 31536000
	eighteenWeeks = 10886400
	tenYears      = 315360000
	maxRedirects  = 3
)

var (
	policy  = flag.String("policy", "bulk-1-year", "bulk-1-year or bulk-18-weeks")
	removal = flag.Bool("removal", false, "is it fit to be removed")
	headers = flag.Bool("headers", false, "read header values, not domains")
	timeout = flag.Duration("timeout", 10*time.Second, "of a request")
	pslFile = flag.String("psl", "/usr/share/publicsuffix/public_suffix_list.dat", "the Public Suffix List")
)

// ---- issues ----------------------------------------------------------------------------------------

type issues struct {
	Input    string   `json:"input"`
	Errors   []string `json:"errors"`
	Warnings []string `json:"warnings"`
}

func (i *issues) err(code string)  { i.Errors = append(i.Errors, code) }
func (i *issues) warn(code string) { i.Warnings = append(i.Warnings, code) }

func once(list []string, code string) []string {
	for _, there := range list {
		if there == code {
			return list
		}
	}
	return append(list, code)
}

func (i *issues) errOnce(code string)  { i.Errors = once(i.Errors, code) }
func (i *issues) warnOnce(code string) { i.Warnings = once(i.Warnings, code) }

func (i *issues) add(more issues) {
	i.Errors = append(i.Errors, more.Errors...)
	i.Warnings = append(i.Warnings, more.Warnings...)
}

// ---- the header ------------------------------------------------------------------------------------

type header struct {
	maxAge              *uint64
	subdomains, preload bool
}

func readMaxAge(digits string) (age *uint64, found issues) {
	for i, c := range digits {
		if i == 0 && c == '0' && len(digits) > 1 {
			found.warn("header.parse.max_age.leading_zero")
		}
		if c < '0' || c > '9' {
			found.err("header.parse.max_age.non_digit_characters")
			return nil, found
		}
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		found.err("header.parse.max_age.parse_int_error")
		return nil, found
	}
	return &n, found
}

func (h *header) read(directive string, found *issues) {
	is := func(word string) bool { return strings.EqualFold(directive, word) }
	begins := func(word string) bool { return strings.HasPrefix(strings.ToLower(directive), word) }
	flag := func(set *bool, code string) {
		if *set {
			found.warnOnce(code)
		}
		*set = true
	}
	switch {
	case is("preload"):
		flag(&h.preload, "header.parse.repeated.preload")
	case begins("preload"):
		found.warnOnce("header.parse.invalid.preload")
	case is("includeSubDomains"):
		flag(&h.subdomains, "header.parse.repeated.include_sub_domains")
	case begins("includesubdomains"):
		found.warnOnce("header.parse.invalid.include_sub_domains")
	case begins("max-age="):
		age, more := readMaxAge(directive[len("max-age="):])
		found.add(more)
		if age != nil && h.maxAge != nil {
			found.warnOnce("header.parse.repeated.max_age")
		} else if age != nil {
			h.maxAge = age
		}
	case begins("max-age"):
		found.errOnce("header.parse.invalid.max_age.no_value")
	case directive == "":
		found.warnOnce("header.parse.empty_directive")
	default:
		found.warn("header.parse.unknown_directive")
	}
}

func parse(value string) (h header, found issues) {
	directives := strings.Split(value, ";")
	if len(directives) == 1 && strings.TrimSpace(value) == "" {
		found.warn("header.parse.empty")
		return
	}
	for _, directive := range directives {
		h.read(strings.TrimSpace(directive), &found)
	}
	return
}

func eligibleHeader(value, policy string) issues {
	h, found := parse(value)
	least, below := uint64(oneYear), "header.preloadable.max_age.below_1_year"
	if policy == "bulk-18-weeks" {
		least, below = eighteenWeeks, "header.preloadable.max_age.below_18_weeks"
	}
	if !h.subdomains {
		found.err("header.preloadable.include_sub_domains.missing")
	}
	if !h.preload {
		found.err("header.preloadable.preload.missing")
	}
	switch {
	case h.maxAge == nil:
		found.err("header.preloadable.max_age.missing")
	case *h.maxAge == 0:
		found.err("header.preloadable.max_age.zero")
	case *h.maxAge < least:
		found.err(below)
	case *h.maxAge > tenYears:
		found.warn("header.preloadable.max_age.over_10_years")
	}
	return found
}

func removableHeader(value string) issues {
	h, found := parse(value)
	found.Warnings = nil
	if h.preload {
		found.err("header.removable.contains.preload")
	}
	if h.maxAge == nil {
		found.err("header.removable.missing.max_age")
	}
	return found
}

func ofResponse(response *http.Response, grade func(string) issues) (found issues) {
	values := response.Header["Strict-Transport-Security"]
	switch len(values) {
	case 0:
		found.err("response.no_header")
	case 1:
		return grade(values[0])
	default:
		found.err("response.multiple_headers")
	}
	return
}

// ---- the name --------------------------------------------------------------------------------------

var suffixes = map[string]byte{} // rule: its kind, 'n'ormal, '*', '!'

func readSuffixes(path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		return // unlisted labels are suffixes, as everywhere
	}
	for _, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "//"):
		case strings.HasPrefix(line, "*."):
			suffixes[line[2:]] |= 2
		case strings.HasPrefix(line, "!"):
			suffixes[line[1:]] |= 4
		default:
			suffixes[line] |= 1
		}
	}
}

// The longest rule counts, an exception before all; without one it is the last label.
func publicSuffix(domain string) string {
	for rest := domain; ; {
		_, above, more := strings.Cut(rest, ".")
		if suffixes[rest]&4 != 0 {
			return above
		}
		if suffixes[rest]&1 != 0 || (more && suffixes[above]&2 != 0) || !more {
			return rest
		}
		rest = above
	}
}

func registrable(domain string) string {
	suffix := publicSuffix(domain)
	if len(domain) <= len(suffix) {
		return ""
	}
	return domain[strings.LastIndex(domain[:len(domain)-len(suffix)-1], ".")+1:]
}

func formatOf(domain string) (code string) {
	switch {
	case strings.HasPrefix(domain, "."):
		return "domain.format.begins_with_dot"
	case strings.HasSuffix(domain, "."):
		return "domain.format.ends_with_dot"
	case strings.Contains(domain, ".."):
		return "domain.format.contains_double_dot"
	case publicSuffix(domain) == domain:
		return "domain.format.public_suffix"
	}
	for _, c := range strings.ToLower(domain) {
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.') {
			return "domain.format.invalid_characters"
		}
	}
	if net.ParseIP(domain) != nil {
		return "domain.format.is_ip_address"
	}
	return ""
}

// ---- requests --------------------------------------------------------------------------------------

var (
	errStop    = errors.New("no redirects")
	errTooMany = errors.New("too many redirects")
)

// The suites a Go client of 2025 offers below TLS 1.3: none without ECDHE. Older ones had more.
var suites = []uint16{
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305,
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
}

func client(verify bool, redirects func(*http.Request, []*http.Request) error) *http.Client {
	return &http.Client{
		Timeout:       *timeout,
		CheckRedirect: redirects,
		Transport: &http.Transport{
			DisableKeepAlives: true,
			ForceAttemptHTTP2: verify,
			TLSClientConfig:   &tls.Config{InsecureSkipVerify: !verify, CipherSuites: suites},
		},
	}
}

func get(c *http.Client, address string) (*http.Response, error) {
	request, err := http.NewRequest("GET", address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "hstspreload-bot")
	response, err := c.Do(request)
	if response != nil && response.Body != nil {
		response.Body.Close()
	}
	return response, err
}

// The first answer. A Location that is no URL is an error of the request, as in Go.
func first(address string, verify bool) (*http.Response, error) {
	stop := func(*http.Request, []*http.Request) error { return errStop }
	response, err := get(client(verify, stop), address)
	if errors.Is(err, errStop) {
		err = nil
	}
	return response, err
}

func follow(address string) (chain []*url.URL, found issues) {
	_, err := get(client(true, func(request *http.Request, _ []*http.Request) error {
		chain = append(chain, request.URL)
		if len(chain) > maxRedirects {
			return errTooMany
		}
		return nil
	}), address)
	if errors.Is(err, errTooMany) {
		found.err("redirects.too_many")
	} else if err != nil {
		found.err("redirects.follow_error")
	}
	return
}

// ---- a domain --------------------------------------------------------------------------------------

func ofTLS(state *tls.ConnectionState) (found issues) {
	for _, chain := range state.VerifiedChains[:1] {
		for _, certificate := range chain[:len(chain)-1] {
			if a := certificate.SignatureAlgorithm; a == x509.SHA1WithRSA || a == x509.ECDSAWithSHA1 {
				found.errOnce("domain.tls.sha1")
			}
		}
	}
	if state.Version < tls.VersionTLS13 && strings.Contains(tls.CipherSuiteName(state.CipherSuite), "_CBC_") {
		found.warn("tls.obsolete_cipher_suite")
	}
	return
}

func insecure(chain []*url.URL) (found issues) {
	for i, hop := range chain {
		if hop.Scheme != "https" {
			found.err(map[bool]string{true: "redirects.insecure.initial", false: "redirects.insecure.subsequent"}[i == 0])
			return
		}
	}
	return
}

func ofHTTP(domain string) (general, firstRedirect issues) {
	response, err := first("http://"+domain, true)
	if err != nil {
		general.warn("redirects.http.does_not_exist")
		return
	}
	if len(response.Header["Strict-Transport-Security"]) > 0 {
		general.warn("redirects.http.useless_header")
	}
	chain, found := follow("http://" + domain)
	general.add(found)
	switch {
	case len(chain) == 0:
		general.err("redirects.http.no_redirect")
	case chain[0].Scheme == "https" && chain[0].Hostname() == domain:
		general.add(insecure(chain))
		response, err := first(chain[0].String(), true)
		if err != nil {
			firstRedirect.err("redirects.http.first_redirect.invalid")
		} else if e := ofResponse(response, func(v string) issues { return eligibleHeader(v, "bulk-1-year") }); len(e.Errors) > 0 {
			firstRedirect.err("redirects.http.first_redirect.no_hsts")
		}
	case chain[0].Hostname() == "www."+domain:
		general.err("redirects.http.www_first")
	default:
		general.err("redirects.http.first_redirect.insecure")
	}
	return
}

func ofWWW(domain string) (found issues) {
	if registrable(domain) != domain || publicSuffix(domain) == "appspot.com" {
		return
	}
	address := "www." + domain + ":443"
	connection, err := net.DialTimeout("tcp", address, *timeout)
	if err != nil {
		return
	}
	connection.Close()
	dialer := &net.Dialer{Timeout: *timeout}
	secure, err := tls.DialWithDialer(dialer, "tcp", address, &tls.Config{CipherSuites: suites})
	if err != nil {
		found.err("domain.www.no_tls")
		return
	}
	secure.Close()
	return
}

// The first response over https, or what stands in the way of it.
func connect(domain string) (*http.Response, string) {
	for range []int{1, 2} {
		if response, err := first("https://"+domain, true); err == nil {
			return response, ""
		}
	}
	if _, err := first("https://"+domain, false); err == nil {
		return nil, "domain.tls.invalid_cert_chain"
	}
	return nil, "domain.tls.cannot_connect"
}

func check(domain string) (found issues) {
	if *removal {
		if response, wrong := connect(domain); response == nil {
			found.err(wrong)
		} else {
			found.add(ofResponse(response, removableHeader))
		}
		return
	}
	if wrong := formatOf(domain); wrong != "" {
		found.err(wrong)
		return
	}
	if registrable(domain) != domain {
		found.err("domain.is_subdomain")
	}
	response, wrong := connect(domain)
	if response == nil {
		found.err(wrong)
		return
	}
	found.add(ofTLS(response.TLS))
	ofHeader := ofResponse(response, func(v string) issues { return eligibleHeader(v, *policy) })
	found.add(ofHeader)
	general, firstRedirect := ofHTTP(domain)
	found.add(general)
	if len(ofHeader.Errors) == 0 {
		found.add(firstRedirect)
	}
	chain, ofChain := follow("https://" + domain)
	found.add(ofChain)
	found.add(insecure(chain))
	found.add(ofWWW(domain))
	return
}

// ---- in and out ------------------------------------------------------------------------------------

func grade(line string) (found issues) {
	if *headers {
		value, err := hex.DecodeString(line)
		if err != nil {
			panic(err)
		}
		if *removal {
			found = removableHeader(string(value))
		} else {
			found = eligibleHeader(string(value), *policy)
		}
	} else {
		found = check(line)
	}
	found.Input = line
	return
}

func main() {
	flag.Parse()
	readSuffixes(*pslFile)
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<24)
	var lines []string
	for in.Scan() {
		lines = append(lines, in.Text())
	}
	all := make([]issues, len(lines))
	var wait sync.WaitGroup
	slots := make(chan bool, 32)
	for i := range lines {
		wait.Add(1)
		slots <- true
		go func(i int) {
			defer wait.Done()
			all[i] = grade(lines[i])
			<-slots
		}(i)
	}
	wait.Wait()
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for i := range all {
		if all[i].Errors == nil {
			all[i].Errors = []string{}
		}
		if all[i].Warnings == nil {
			all[i].Warnings = []string{}
		}
		out.Encode(all[i])
	}
}
