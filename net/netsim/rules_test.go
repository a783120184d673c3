// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"testing"
	"time"
)

// clock is package time, as far as limits need it: its source is not there
// where tests run without Go's own.
type clock struct{}

func (clock) Import(path string) (*types.Package, error) {
	if path != "time" {
		return nil, fmt.Errorf("no package %s here", path)
	}
	pkg := types.NewPackage(path, "time")
	name := types.NewTypeName(token.NoPos, pkg, "Duration", nil)
	duration := types.NewNamed(name, types.Typ[types.Int64], nil)
	pkg.Scope().Insert(name)
	for name, d := range map[string]time.Duration{"Millisecond": time.Millisecond, "Microsecond": time.Microsecond, "Second": time.Second, "Minute": time.Minute, "Hour": time.Hour} {
		pkg.Scope().Insert(types.NewConst(token.NoPos, pkg, name, duration, constant.MakeInt64(int64(d))))
	}
	pkg.MarkComplete()
	return pkg, nil
}

// constants returns the constants of one file, by name, with what they are; what
// it cannot resolve, because it is in another file, is left out.
func constants(t *testing.T, fset *token.FileSet, files ...string) map[string]constant.Value {
	t.Helper()
	var parsed []*ast.File
	for _, name := range files {
		f, err := parser.ParseFile(fset, filepath.FromSlash(name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, f)
	}
	config := types.Config{Importer: clock{}, Error: func(error) {}}
	pkg, _ := config.Check("limits", fset, parsed, nil)
	all := make(map[string]constant.Value)
	for _, name := range pkg.Scope().Names() {
		if c, ok := pkg.Scope().Lookup(name).(*types.Const); ok && c.Val().Kind() != constant.Unknown {
			all[name] = c.Val()
		}
	}
	return all
}

func TestTheRulesAreTheProducts(t *testing.T) {
	fset := token.NewFileSet()
	ours := constants(t, fset, "rules.go")
	names := map[string]string{"interestBits": "interestLevels"} // of ours that have another name there
	modelled := map[string]bool{                                 // and such as are GossipSub's or of the model
		"gossipD": true, "gossipLow": true, "gossipMean": true, "heartbeat": true, "adverts": true, "lookAtWork": true, "root": true,
	}
	compared := make(map[string]bool)
	for _, file := range []string{"../mesh/limits.go", "../lobby/limits.go", "../rendezvous/limits.go"} {
		theirs := constants(t, fset, file)
		for name, v := range ours {
			other, ok := names[name]
			if !ok {
				other = name
			}
			want, ok := theirs[other]
			if !ok || file == "../mesh/limits.go" && (name == "maxFailures" || name == "maxAnswers") { // the mesh's own are for other things
				continue
			}
			compared[name] = true
			if !constant.Compare(v, token.EQL, want) {
				t.Errorf("%s is %v, but %v in %s", name, v, want, file)
			}
		}
	}
	for name := range ours {
		if !compared[name] && !modelled[name] {
			t.Errorf("%s is nowhere in the product", name)
		}
	}
	if len(compared) < 60 {
		t.Errorf("only %d constants compared", len(compared))
	}
}
