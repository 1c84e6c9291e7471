"""Wrong files, keys, boards, people and bank holidays."""

from __future__ import annotations

from tests.config.wrong import BOARD, COMMON, CONTACTS, HOLIDAYS, Wrong

NOT_TOML = [
    Wrong("a quote is missing", BOARD, 'name = "Police"', 'name = "Police  # HERE', "not a valid line", "quotes"),
    Wrong(
        "a date that does not exist",
        BOARD,
        "\nclosing_days = []",
        '\nclosing_days = [\n{ on = 2026-02-30, why = "x" },  # HERE\n]',
        "not a valid line of a TOML file (Invalid date",
        "Put this line right",
    ),
    Wrong(
        "a key twice",
        BOARD,
        "\nguidance",
        '\nkey = "b"  # HERE\nguidance',
        "Cannot overwrite",
        "Put this line right",
    ),
]


KEYS_AND_KINDS = [
    Wrong(
        "an unknown key",
        BOARD,
        "mailbox = ",
        "mail_box = 1 # HERE\nmailbox = ",
        "`mail_box`",
        "Write `mailbox`",
    ),
    Wrong(
        "an unknown table",
        BOARD,
        "[switches]",
        "[colours] # HERE\n[switches]",
        "`colours`",
        "Take the line out",
    ),
    Wrong(
        "a missing key",
        BOARD,
        "[switches]\nsilence_counts_as_agreement = false",
        "[switches] # HERE\n",
        "`silence_counts_as_agreement` is missing",
        "Add a line `silence_counts_as_agreement = ...`",
    ),
    Wrong(
        "a missing unit",
        COMMON,
        '[periods.plr.reviewer]\ntitle = "Independent reviewer commissioned"\n'
        'anchor = "agreement"\noffset = 20\nunit = "working-days"',
        '[periods.plr.reviewer] # HERE\ntitle = "Independent reviewer commissioned"\nanchor = "agreement"\noffset = 20',
        "`unit` is missing",
        '"working-days", "days", "weeks", "months"',
    ),
    Wrong("a number in quotes", COMMON, "offset = 17", 'offset = "17" # HERE', "a whole number", "`offset = 10`"),
    Wrong(
        "a switch in quotes",
        BOARD,
        "silence_counts_as_agreement = false",
        'silence_counts_as_agreement = "no" # HERE',
        "true or false",
        "README",
    ),
    Wrong("no such time of day", BOARD, '"11:00"', '"25:00" # HERE', "'25:00'", '"11:00"'),
    Wrong(
        "a date in quotes",
        BOARD,
        "\nclosing_days = []",
        '\nclosing_days = [\n{ on = 2026-12-24, why = "x" },\n{ on = "2026-12-29", why = "x" }, # HERE\n]',
        "must be a date without quotes",
        "`on = 2026-12-24`",
    ),
]


MAIL_AND_AGENCIES = [
    Wrong(
        "a mailbox that is no address",
        BOARD,
        '"office@bdscb.example"',
        '"office at bdscb" # HERE',
        "not complete",
        "office@board.example",
    ),
    Wrong(
        "a mailbox elsewhere",
        BOARD,
        '"office@bdscb.example"',
        '"office@else.example" # HERE',
        "not one of the board",
        "domains",
    ),
    Wrong(
        "a personal domain",
        BOARD,
        'domains = ["police.example"]',
        'domains = ["police.example", "gmail.com"] # HERE',
        "personal mail service",
        "Take it out",
    ),
    Wrong(
        "an agency twice",
        BOARD,
        '[[agencies]]\nkey = "ccg"',
        '[[agencies]]\nkey = "police" # HERE\nname = "x"\ndomains = ["x.example"]\n\n[[agencies]]\nkey = "ccg"',
        "stands here twice",
        "of its own",
    ),
]


BANK_HOLIDAYS = [
    Wrong(
        "a bank holiday without a name",
        HOLIDAYS,
        "\nadd = []",
        "\nadd = [\n{ on = 2027-06-04 }, # HERE\n]",
        "`name` is missing",
        "name",
    ),
    Wrong(
        "holidays that do not reach next year",
        HOLIDAYS,
        "\nremove = []",
        "\nremove = [ # HERE\n"
        + "".join(
            f'{{ on = {day}, name = "x" }},\n'
            for day in (
                "2027-01-01",
                "2027-03-26",
                "2027-03-29",
                "2027-05-03",
                "2027-05-31",
                "2027-08-30",
                "2027-12-27",
            )
        )
        + "]",
        "do not reach 2027",
        "the library `holidays`",
    ),
]


PEOPLE = [
    Wrong(
        "an address without its middle",
        CONTACTS,
        "@ccg.example",
        ".ccg.example",
        "not complete",
        "name@agency",
        line=18,
    ),
    Wrong(
        "two addresses in one cell",
        CONTACTS,
        "@ccg.example",
        "@ccg.example b@ccg.example",
        "not complete",
        "only one",
        line=18,
    ),
    Wrong(
        "an address of another agency",
        CONTACTS,
        "@ccg.example",
        "@police.example",
        "not one of ccg",
        "domains",
        line=18,
    ),
    Wrong(
        "a personal address",
        CONTACTS,
        "@ccg.example",
        "@gmail.com",
        "personal mail service",
        "at work",
        line=18,
    ),
    Wrong(
        "a board's person elsewhere",
        CONTACTS,
        "@bdscb.example",
        "@ccg.example",
        "not one of the board",
        "domains",
        line=2,
    ),
    Wrong(
        "an unknown agency",
        CONTACTS,
        "ccg,chief_officer",
        "gcc,chief_officer",
        "'gcc' is not in board.toml",
        "ccg",
        line=18,
    ),
    Wrong(
        "an unknown role",
        CONTACTS,
        "ccg,chief_officer",
        "ccg,chef",
        "'chef' is not known",
        "chief_officer",
        line=18,
    ),
    Wrong(
        "neither yes nor no",
        CONTACTS,
        ",yes,no\nccg,board_member",
        ",maybe,no\nccg,board_member",
        "secure_mailbox is 'maybe'",
        "yes or no",
        line=18,
    ),
    Wrong(
        "a line too short",
        CONTACTS,
        ",yes,no\nccg,board_member",
        ",yes\nccg,board_member",
        "6 cells instead of 7",
        "fill up",
        line=18,
    ),
    Wrong(
        "a line break in a name",
        CONTACTS,
        "Quentin Penhallow",
        '"Quentin\nPenhallow"',
        "a line break",
        "on one line",
        line=18,
    ),
    Wrong("no name", CONTACTS, "Quentin Penhallow", "", "name is missing", "take the line out", line=18),
    Wrong(
        "a role filled twice",
        CONTACTS,
        "ccg,board_member,",
        "ccg,chief_officer,",
        "the first time in line 18",
        "stands in",
        line=19,
    ),
    Wrong(
        "an agency without a lead",
        CONTACTS,
        "ccg,agency_lead",
        "ccg,s11_lead",
        "nobody in the role agency_lead",
        "Add a line",
        line=1,
    ),
    Wrong(
        "a wrong column",
        CONTACTS,
        "secure_mailbox",
        "safe",
        "missing: secure_mailbox; unknown: safe",
        "agency,role",
        line=1,
    ),
]

TABLE = [*NOT_TOML, *KEYS_AND_KINDS, *MAIL_AND_AGENCIES, *BANK_HOLIDAYS, *PEOPLE]
