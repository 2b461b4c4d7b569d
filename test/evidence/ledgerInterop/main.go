// Reads a ledger written by Cordon with the tools of the Go transparency ecosystem: transparency-dev/formats and
// transparency-dev/merkle, and golang.org/x/mod/sumdb, which shares no code with them. Run by ledgerInterop.test.ts.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	flog "github.com/transparency-dev/formats/log"
	fnote "github.com/transparency-dev/formats/note"
	fproof "github.com/transparency-dev/formats/proof"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Println("FAIL", err)
		os.Exit(1)
	}
}

func main() {
	dir := os.Args[1]
	read := func(n string) []byte { b, err := os.ReadFile(filepath.Join(dir, n)); must(err); return b }
	origin := strings.TrimSpace(string(read("origin")))
	vkey := strings.TrimSpace(string(read("vkey")))
	v, err := fnote.NewVerifier(vkey)
	must(err)
	check := func(b []byte) flog.Checkpoint {
		cp, rest, n, err := flog.ParseCheckpoint(b, origin, v)
		must(err)
		if len(rest) != 0 || len(n.Sigs) != 1 {
			must(fmt.Errorf("rest %q sigs %d", rest, len(n.Sigs)))
		}
		return *cp
	}
	count := 0
	entries, _ := filepath.Glob(filepath.Join(dir, "proof-*"))
	for _, p := range entries {
		var tp fproof.TLogProof
		b := read(filepath.Base(p))
		must(tp.Unmarshal(b))
		cp := check(tp.Checkpoint)
		leaf := read(strings.Replace(filepath.Base(p), "proof-", "leaf-", 1))
		var hs [][]byte
		for _, h := range tp.Hashes {
			h := h
			hs = append(hs, h[:])
		}
		must(proof.VerifyInclusion(rfc6962.DefaultHasher, tp.Index, cp.Size, rfc6962.DefaultHasher.HashLeaf(leaf), hs, cp.Hash))
		var rp tlog.RecordProof
		for _, h := range tp.Hashes {
			rp = append(rp, tlog.Hash(h))
		}
		var root tlog.Hash
		copy(root[:], cp.Hash)
		must(tlog.CheckRecord(rp, int64(cp.Size), root, int64(tp.Index), tlog.RecordHash(leaf)))
		if !bytes.Equal(tp.Marshal(), b) {
			must(fmt.Errorf("not written back the same"))
		}
		count++
	}
	from, to := check(read("from")), check(read("to"))
	var cons [][]byte
	var tp tlog.TreeProof
	for _, l := range strings.Fields(string(read("cons"))) {
		h, err := base64.StdEncoding.DecodeString(l)
		must(err)
		cons = append(cons, h)
		var x tlog.Hash
		copy(x[:], h)
		tp = append(tp, x)
	}
	must(proof.VerifyConsistency(rfc6962.DefaultHasher, from.Size, to.Size, cons, from.Hash, to.Hash))
	var a, c tlog.Hash
	copy(a[:], from.Hash)
	copy(c[:], to.Hash)
	must(tlog.CheckTree(tp, int64(to.Size), c, int64(from.Size), a))
	fmt.Println("OK", count, "proofs, checkpoints", from.Size, to.Size, hex.EncodeToString(to.Hash[:4]))
}
