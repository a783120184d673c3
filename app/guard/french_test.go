// SPDX-License-Identifier: GPL-3.0-or-later

package guard_test

import (
	"testing"

	"passerby/app/guard"
)

func TestFrench(t *testing.T) {
	checkLines(t, guard.Me, []struct{ text, want string }{
		{"caissière chez nous, jen peux plus", "job=caissière"},
		{"mariée depuis 12 ans", "family=mariée depuis 12 ans"},
		{"meuf lesbienne de nantes", "gender=meuf orientation=lesbienne city=nantes"},
		{"algérien de oran, chauffeur vtc", "nationality=algérien city=oran job=chauffeur vtc"},
		{"étant asthmatique cest dur", "health=asthmatique"},
		{"jme suis installé à brest", "city=brest"},
		{"je viens du 93", "city=93"},
		{"mdp netflix : Chaussette!88", "password=Chaussette!88"},
		{"le mdp du coffre de mon père 9-27-14", "password=9-27-14"},
		{"sur steam jm'appelle Ratatouille77", "handle=Ratatouille77"},
		{"on descend en espagne du 4 au 18", "travel=on descend en espagne du 4 au 18"},
		{"à la base turque mais jai grandi ici", "nationality=turque"},
		{"homme ou femme, peu importe", ""},
		{"coiffeur dans une heure", ""},
		{"15 ans que jbosse ici", ""},
		{"ma soeur a 14 ans et habite bordeaux", ""},
		{"j'ai 19 ans", "age=19"},
		{"jai dix-neuf ans", "age=dix-neuf"},
		{"g 22 ans et toi", "age=22"},
		{"quand j'avais 12 ans j'étais nul", ""},
		{"mon frère a 19 ans", ""},
		{"j'ai 20 minutes de retard", ""},
		{"chui une meuf", "gender=une meuf"},
		{"j'habite à lyon", "city=lyon"},
		{"jviens de Toulouse", "city=Toulouse"},
		{"jviens de finir de manger", ""},
		{"j'adore paris", ""},
		{"je suis au québec", "country=québec"},
		{"chui infirmière", "job=infirmière"},
		{"ma mère est prof", ""},
		{"je bosse chez Carrefour", "workplace=Carrefour"},
		{"je m'appelle karim", "name=karim"},
		{"appelle moi quand tu veux", ""},
		{"mon insta c'est lea.dpt", "handle=lea.dpt"},
		{"mon insta est privé", ""},
		{"mon anniv c'est le 12 mars", "birth_date=12 mars"},
		{"le code de l'immeuble c'est 4521", "password=4521"},
		{"j'ai oublié mon mot de passe", ""},
		{"jsuis diabétique", "health=diabétique"},
		{"je suis mort de rire", ""},
		{"je suis musulmane", "religion=musulmane"},
		{"jsuis bi", "orientation=bi"},
		{"je suis divorcé", "family=divorcé"},
		{"j'ai deux enfants", "family=deux enfants"},
		{"je suis marocain", "nationality=marocain"},
		{"je pars en espagne la semaine prochaine", "travel=je pars en espagne la semaine prochaine"},
		{"j'aimerais aller au japon un jour", ""},
	})
	checkLines(t, guard.Stranger, []struct{ text, want string }{
		{"tu viens d'où ?", "ask_location=tu viens d'où"},
		{"c'est où ce resto ?", ""},
		{"t'as quel âge ?", "ask_age=t'as quel âge"},
		{"comment tu t'appelles", "ask_name=comment tu t'appelles"},
		{"comment s'appelle ton chien", ""},
		{"t'as snap ?", "ask_contact=t'as snap"},
		{"envoie une photo de toi", "ask_image=envoie une photo de toi"},
		{"tu peux me prêter 50 euros", "ask_money=tu peux me prêter 50 euros"},
		{"c'est quoi ton mot de passe", "ask_secret=c'est quoi ton mot de passe"},
		{"ajoute moi sur snap", "move_platform=ajoute moi sur snap"},
		{"on t'appelle comment", "ask_name=on t'appelle comment"},
		{"t'as un prénom ?", "ask_name=t'as un prénom"},
		{"je te montre si tu me montres", "ask_image=je te montre si tu me montres"},
		{"on change d'appli ?", "move_platform=on change d'appli"},
		{"je suis déjà allé à rome et toi ?", ""},
		{"j'ai 2 chats et toi", ""},
	})
}
