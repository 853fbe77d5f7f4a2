"""Object names of everything that is touched or read on the kiosk: stable, since stories and remote control use them.

Screens (one is visible at a time): ``screen_home notice identify ask item scan form capture sign checklist confirm
working take number progress rate message code pin attendant out``.

Touched, wherever they stand::

    tile_<item>              an item on the home screen          flow_<code>      a self-service flow there
    page_next page_previous  more tiles                          resume           enter a resume code
    answer_<value>           a tile of a question                channel_normal channel_priority channel_card
    next                     the main action of a screen         back leave keep  the row above the bottom bar
    skip type retry reprint  the second action of a screen       field_<name>     a form's field
    choice_<value>           a value of the active field         tick_<n>         a line of the checklist, from 0
    key_<c> key_delete key_confirm                               rate_1 .. rate_5 no_rating
    shoot keep_page remove page_<n>   papers: release, keep, take away, a page from 0     ink clear: signing
    act_<act>                an attendant's act                  clock            held for 2 s: staff
    bar_elder bar_low bar_contrast bar_language bar_help         idle_stay idle_leave
    <list>_up <list>_down   the leaves of a list on a small panel: ``lines answers rows text fields pages acts``

Read: ``title text problem hint number case code row_<n> typed holder banner qr seconds idle_seconds done``.
"""

SCREEN = "screen_"
"""Begins the object name of every page."""
