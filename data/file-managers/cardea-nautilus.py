# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""“Send to Assistant” in the menu of Files (Nautilus): the selection becomes chips of a new chat.
Nothing is read before the person sends."""
import gettext

from gi.repository import Gio, GObject, Nautilus

APPLICATION = 'org.cardea.Cardea.desktop'
MENU_LIMIT = 100  # as many as a chat takes as chips

_ = gettext.translation('cardea', '@localedir@', fallback=True).gettext


class CardeaMenu(GObject.GObject, Nautilus.MenuProvider):
    """One item, for files and folders that have a path on this computer."""

    def send(self, _item, files):
        application = Gio.DesktopAppInfo.new(APPLICATION)
        if application is not None:
            application.launch([file.get_location() for file in files], None)

    def get_file_items(self, *arguments):
        files = arguments[-1]  # Nautilus 3 gives its window first
        if not 0 < len(files) <= MENU_LIMIT:
            return []
        if any(file.get_location().get_path() is None for file in files):
            return []
        item = Nautilus.MenuItem(name='CardeaMenu::send', label=_('Send to Assistant'),
                                 tip=_('Ask the assistant about what is selected'),
                                 icon='org.cardea.Cardea-symbolic')
        item.connect('activate', self.send, files)
        return [item]
