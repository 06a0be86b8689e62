"""Words that stand in every text and say nothing about it. A query of these alone is asked as it is.

Folded, as `terms.py` compares them: "uber" is "über", "dos" is "does".
"""

_GERMAN = """
aber als also am an auch auf aus bei beim bin bis bist da damit dann das dass dein deine dem den der des dich die
dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines er es euch fur hat
hatte hatten hier ich ihm ihn ihr ihre im in ins ist ja jede jeder jedes kann kein keine man mein meine mich mir
mit nach nicht noch nun nur ob oder ohne schon sehr seid sein seine sich sie sind so uber um und uns unser unsere
unter vom von vor war waren was wenn wer wie wir wird wo zu zum zur
"""
_ENGLISH = """
a about after all also am an and any are as at be because been before being but by can could did do dos doing down
for from had has have he her here hers him his how i if in into is it its just me more most my no nor not of off on
once only or our out over own same she should so some such than that the their them then there these they this
those through to too under until up very was we were what when where which while who why will with would you your
"""
GERMAN, ENGLISH = frozenset(_GERMAN.split()), frozenset(_ENGLISH.split())
